/** What a client must see: this version, or a later one, of the aggregate with this key (a UUID) in this topic. */
export type Entry = readonly [topic: string, key: string, version: number]

/** An entry and when it was written, in seconds since 1970. */
export type DatedEntry = { readonly entry: Entry; readonly at: number }

/** How long an entry must be seen, in seconds from its write. */
export const GOOD_FOR_S = 600

/** One entry for each aggregate: that with its highest version. The newest come first. */
export function newestEntries(entries: Iterable<DatedEntry>): readonly DatedEntry[] {
  const byAggregate = new Map<string, DatedEntry>()
  for (const dated of entries) {
    const [topic, key, version] = dated.entry
    const known = byAggregate.get(`${topic} ${key}`)
    const isNewer = !known || version > known.entry[2] || (version === known.entry[2] && dated.at > known.at)
    if (isNewer) byAggregate.set(`${topic} ${key}`, dated)
  }
  return [...byAggregate.values()].sort((one, other) => other.at - one.at)
}
