import { fieldKind } from '../fieldKind';
import { AreaField } from './AreaField';
import { CheckField } from './CheckField';
import { ComboField } from './ComboField';
import type { FieldProps } from './fieldProps';
import { HeldField } from './HeldField';
import { LineField } from './LineField';
import { SelectField } from './SelectField';

/** The field of an unconnected input, or nothing when only a connection can set it. */
export function Field(props: FieldProps): React.JSX.Element | null {
  const kind = fieldKind(props.port);
  if (props.readOnly && kind !== 'none') return <HeldField {...props} kind={kind} />;
  switch (kind) {
    case 'check':
      return <CheckField {...props} />;
    case 'select':
      return <SelectField {...props} />;
    case 'combo':
      return <ComboField {...props} />;
    case 'area':
      return <AreaField {...props} />;
    case 'number':
      return <LineField {...props} numeric />;
    case 'line':
      return <LineField {...props} numeric={false} />;
    case 'none':
      return null;
  }
}
