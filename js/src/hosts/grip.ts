const LOWEST = 160;
const HIGHEST = 4000;
const STEP = 20;

/** Where a height in pixels is kept and shown. */
export interface HeightKeeper {
  get(): number;
  /** Remembers; called once a drag has ended. */
  set(height: number): void;
  /** Shows; called on every move. */
  show(height: number): void;
}

export interface Grip {
  readonly element: HTMLElement;
  /** Shows the kept height again, when it was changed elsewhere. */
  refresh(): void;
}

/** The bar below an editor by which its height is drawn; the arrow keys do it too. */
export function heightGrip(keeper: HeightKeeper): Grip {
  const element = document.createElement('div');
  element.className = 'fn-cell-grip';
  element.tabIndex = 0;
  element.title = 'Drag to change the height';
  element.dataset.testid = 'fn-grip';
  element.dataset.lmSuppressShortcuts = 'true';
  for (const [name, value] of Object.entries({
    role: 'separator',
    'aria-label': 'Height of the editor',
    'aria-orientation': 'horizontal',
    'aria-valuemin': LOWEST,
    'aria-valuemax': HIGHEST,
  })) {
    element.setAttribute(name, String(value));
  }

  let drag: { readonly startY: number; readonly startHeight: number; height: number } | null = null;
  const show = (height: number): void => {
    element.setAttribute('aria-valuenow', String(height));
    keeper.show(height);
  };
  element.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    drag = { startY: event.clientY, startHeight: keeper.get(), height: keeper.get() };
    // Else the text of the page is selected on the way.
    event.preventDefault();
    element.focus();
  });
  element.addEventListener('pointermove', event => {
    if (!drag) return;
    drag.height = clampHeight(drag.startHeight + event.clientY - drag.startY);
    show(drag.height);
  });
  const end = (keep: boolean): void => {
    if (!drag) return;
    const { height } = drag;
    drag = null;
    if (keep && height !== keeper.get()) keeper.set(height);
    show(keeper.get());
  };
  element.addEventListener('pointerup', () => end(true));
  element.addEventListener('pointercancel', () => end(false));
  element.addEventListener('keydown', event => {
    const step = { ArrowDown: STEP, ArrowUp: -STEP }[event.key];
    if (event.key === 'Escape') end(false);
    if (!step) return;
    event.preventDefault();
    keeper.set(clampHeight(keeper.get() + step));
    show(keeper.get());
  });
  const refresh = (): void => {
    if (!drag) show(clampHeight(keeper.get()));
  };
  refresh();
  return { element, refresh };
}

/** The nearest height in pixels that an editor may have. */
export function clampHeight(height: number): number {
  return Math.min(HIGHEST, Math.max(LOWEST, Math.round(height)));
}
