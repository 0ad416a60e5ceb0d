import { useStoreApi } from '@xyflow/react';
import { useEffect } from 'react';

/**
 * Tells React Flow when several things are being chosen. It listens for the keys on the document,
 * where no key of this editor arrives; what a press itself says is just as good.
 */
export function useSelectionKeys(canvas: React.RefObject<HTMLElement | null>): void {
  const store = useStoreApi();
  useEffect(() => {
    const element = canvas.current;
    const onPress = (event: PointerEvent): void => {
      store.setState({ multiSelectionActive: event.shiftKey || event.ctrlKey || event.metaKey });
    };
    element?.addEventListener('pointerdown', onPress, true);
    return () => element?.removeEventListener('pointerdown', onPress, true);
  }, [canvas, store]);
}
