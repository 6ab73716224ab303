import { CannotJudge, type Change, type Check, type Side } from '../change.ts'
import type { Finding } from '../facts/buf.ts'
import { factsBefore } from '../facts/facts.ts'
import { EVENTS, messagesOf } from '../facts/messages.ts'
import { textOf } from '../facts/side-files.ts'
import { additions } from './additions.ts'
import { bufBreaking } from './buf-breaking.ts'
import { bufLint } from './buf-lint.ts'
import { eventTypeChanges } from './event-type-changes.ts'
import { fieldChanges } from './field-changes.ts'
import { groupByField } from './group-by-field.ts'
import { messageChange } from './message-changes.ts'

/** Changes of events: of messages, by buf's rules and the fields that are read, and of the types that commands record. */
export const checkEvents: Check = async (before, after) => {
  const [was, is] = await Promise.all([messagesOf(before), messagesOf(after)])
  if (was.status === 'broken') throw new CannotJudge(`${EVENTS} of ${before.label} does not compile.`)
  if (is.status === 'broken') return is.findings.map(doesNotCompile)

  const same = Buffer.compare(was.descriptors, is.descriptors) === 0 && rulesOf(before) === rulesOf(after)
  const [facts, findings, lints] = await Promise.all([
    factsBefore(before),
    same ? [] : bufBreaking(before, after),
    same ? [] : bufLint(after),
  ])
  const sides = { before: was.registry, after: is.registry, facts }
  const { fields, others } = groupByField(findings)
  return [
    ...[...fields.values()].flatMap((group) => fieldChanges(group, sides)),
    ...others.map((finding) => messageChange(finding, sides)),
    ...lints,
    ...eventTypeChanges(before, after, facts),
    ...additions(sides),
  ]
}

const rulesOf = (side: Side) => textOf(side, 'buf.yaml')

const doesNotCompile = ({ path, start_line, message }: Finding): Change => ({
  level: 'breaking',
  rule: 'events.does-not-compile',
  message: `${path ?? EVENTS} does not compile: ${message}.`,
  file: path ?? EVENTS,
  line: start_line ?? null,
  breaks: ['everything that encodes or decodes events'],
  remedy: 'Fix it; `npx buf build` reports the same.',
})
