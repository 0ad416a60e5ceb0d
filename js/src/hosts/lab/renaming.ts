import { createStore, type StoreApi } from 'zustand/vanilla';

/** Which row of the side panel is being renamed. */
export class Renaming {
  readonly store: StoreApi<{ readonly uuid: string | null }> = createStore(() => ({ uuid: null }));

  begin(uuid: string): void {
    this.store.setState({ uuid });
  }

  end(): void {
    this.store.setState({ uuid: null });
  }
}
