import { Component, type ReactNode } from 'react';
import type { Preview } from '../../protocol/types.gen';

interface PreviewGuardProps {
  preview: Preview;
  children: ReactNode;
}

interface PreviewGuardState {
  readonly preview: Preview | null;
  readonly failed: boolean;
}

/** Keeps a value that cannot be drawn from taking the editor with it: its text is shown until there is another one. */
export class PreviewGuard extends Component<PreviewGuardProps, PreviewGuardState> {
  override state: PreviewGuardState = { preview: null, failed: false };

  static getDerivedStateFromProps(
    { preview }: PreviewGuardProps,
    state: PreviewGuardState,
  ): PreviewGuardState | null {
    return preview === state.preview ? null : { preview, failed: false };
  }

  static getDerivedStateFromError(): Partial<PreviewGuardState> {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const text = this.props.preview.data['text/plain'];
    return <pre className="fn-text">{typeof text === 'string' ? text : 'This value cannot be drawn.'}</pre>;
  }
}
