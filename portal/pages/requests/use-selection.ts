import { useEffect, useState } from 'react';

const stored = 'jouvence.requests.ticked';

/** What an action needs to know of a request before it is asked about it. */
export type Ticked = ReadonlyMap<string, { target: string }>;

function read(): Ticked {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(stored) ?? '[]') as [string, { target: string }][]);
  } catch {
    return new Map();
  }
}

/** Ticked rows, over all pages; they outlive a reload of this window. */
export function useSelection(): [Ticked, (ticked: Ticked) => void] {
  const [ticked, setTicked] = useState(read);
  useEffect(() => {
    try {
      sessionStorage.setItem(stored, JSON.stringify([...ticked]));
    } catch {}
  }, [ticked]);
  return [ticked, setTicked];
}
