/** A record that holds what was put into it and nothing else: to it `__proto__` and `constructor` are keys like any other. */
export type Table<T> = Record<string, T>;

/** A new table with all that these records hold; later ones win. */
export function tableOf<T>(...records: readonly Readonly<Record<string, T>>[]): Table<T> {
  return Object.assign(Object.create(null), ...records);
}
