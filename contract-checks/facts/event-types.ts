import type { Side } from '../change.ts'
import { filesOf, textOf } from './side-files.ts'

/** An event type that commands record, and the place of the first literal that names it. */
export type EventType = { readonly type: string; readonly file: string; readonly line: number }

const literal = /['"`](inkstream\.[a-z0-9_]+\.[a-z0-9_]+\.v\d+)['"`]/g

/** The event types that a side's commands record, as in `inkstream.post.created.v1`. Tests and fixtures are ignored. */
export function eventTypesOf(side: Side): ReadonlyMap<string, EventType> {
  const types = new Map<string, EventType>()
  for (const file of filesOf(side, 'subgraphs/*/write/**/*.ts')) {
    if (/\.(test|fixture)\.ts$/.test(file)) continue
    for (const [index, text] of (textOf(side, file) ?? '').split('\n').entries())
      for (const [, type = ''] of text.matchAll(literal))
        if (!types.has(type)) types.set(type, { type, file, line: index + 1 })
  }
  return types
}
