import type { JsonObject } from '@bufbuild/protobuf'

/** Where the sets are, from a side's root: `<version>/<topic>.jsonl`. */
export const HISTORY = 'contracts/history'

/** The first line of a file: how the release read the bytes. */
export type Header = {
  readonly message: string
  /** Field numbers by their JSON names as of then: a name may change afterwards, a number may not. */
  readonly fields: Readonly<Record<string, number>>
}

/** Each further line: an event as it was put on the log, and the state that it meant. */
export type Recorded = {
  readonly shape: string
  readonly key: string
  readonly type: string
  readonly sequence: number
  /** The record's value in base64. */
  readonly value: string
  /** ProtoJSON, with the defaults of what is absent; enums as numbers. */
  readonly state: JsonObject
}

/** How states are written and compared: a default and an absent field differ only when the message distinguishes them. */
export const asState = { alwaysEmitImplicit: true, enumAsInteger: true } as const

export const print = (header: Header, records: readonly Recorded[]): string =>
  [header, ...records].map((line) => `${JSON.stringify(line)}\n`).join('')

/** @throws SyntaxError when it is no such file */
export function parse(text: string): { readonly header: Header; readonly records: readonly Recorded[] } {
  const [first = '', ...rest] = text.trimEnd().split('\n')
  return { header: JSON.parse(first) as Header, records: rest.map((line) => JSON.parse(line) as Recorded) }
}
