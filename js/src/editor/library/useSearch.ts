import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { useGraph } from '../context';
import { callableItem } from './callables';
import { type LibraryItem, libraryItems } from './items';
import { searchLibrary } from './search';

interface Search {
  typed: string;
  setTyped(text: string): void;
  all: readonly LibraryItem[];
  found: readonly LibraryItem[];
  /** Index in `found` of what Enter takes; −1 while nothing is marked. */
  marked: number;
  /** Why nothing is found, in a sentence. */
  emptiness: string;
  onKeyDown(event: KeyboardEvent): void;
}

/** A search in the library that is led by the keyboard: arrows mark, Enter takes, as soon as there is a library. */
export function useSearch(onTake: (item: LibraryItem) => void, markAtOnce: boolean): Search {
  const library = useGraph(state => state.library);
  const [typed, setText] = useState('');
  const [marked, setMarked] = useState(-1);
  const [wanted, setWanted] = useState(false);
  const all = useMemo(() => libraryItems(library), [library]);
  const found = useMemo(() => {
    // an id of the library is no name of Python, and nobody sees it
    const call = all.some(item => item.nodeId === typed.trim()) ? null : callableItem(typed);
    return call ? [...searchLibrary(all, typed), call] : searchLibrary(all, typed);
  }, [all, typed]);
  const first = markAtOnce || typed.trim() ? 0 : -1;
  const at = Math.min(marked < 0 ? first : marked, found.length - 1);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const item = found[at];
    if (step && found.length > 0) {
      event.preventDefault();
      setMarked((at + step + found.length) % found.length);
    } else if (event.key === 'Enter' && item) {
      event.preventDefault();
      onTake(item);
    } else if (event.key === 'Enter' && !library) {
      setWanted(true);
    }
  };

  useEffect(() => {
    if (!wanted || !library) return;
    setWanted(false);
    const item = found[at];
    if (item) onTake(item);
  }, [wanted, library, found, at, onTake]);

  const setTyped = (text: string): void => {
    setText(text);
    setMarked(-1);
    setWanted(false);
  };

  const emptiness = library
    ? `No node answers to “${typed.trim()}”.`
    : 'The library is empty until the worker answers.';

  return { typed, setTyped, all, found, marked: at, emptiness, onKeyDown };
}
