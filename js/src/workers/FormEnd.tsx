import type { ButtonHTMLAttributes } from 'react';

interface SubmitButtonProps {
  /** What is done, in a word. */
  readonly action: string;
  readonly testId: string;
  /** Whether it is being done just now. */
  readonly busy: boolean;
}

/** Sends a form, once. */
export function SubmitButton({ action, testId, busy }: SubmitButtonProps): React.JSX.Element {
  return (
    <button type="submit" className="fn-button" data-primary data-testid={testId} disabled={busy}>
      {busy ? 'Wait…' : action}
    </button>
  );
}

type CancelProps = ButtonHTMLAttributes<HTMLButtonElement> & { readonly 'data-testid'?: string };

interface FormEndProps extends SubmitButtonProps {
  /** What the button that gives up has beside its name. */
  readonly cancel: CancelProps;
}

/** The last line of a form: give up, or send it. What holds the two is the place's own. */
export function FormEnd({ cancel, ...submit }: FormEndProps): React.JSX.Element {
  return (
    <>
      <button type="button" className="fn-button" {...cancel}>
        Cancel
      </button>
      <SubmitButton {...submit} />
    </>
  );
}
