import type { DescMessage } from '@bufbuild/protobuf'
import type { Change } from '../change.ts'
import type { Finding } from '../facts/buf.ts'
import { consumersOf } from '../facts/facts.ts'
import { declared, EVENTS, fileOf } from '../facts/messages.ts'
import { lineOfMessage } from '../facts/proto-lines.ts'
import type { BothSides } from './both-sides.ts'
import { findMessage, messageNamed } from './group-by-field.ts'

/** A message's wire format. Two messages with the same one decode each other's bytes. */
const shapeOf = (message: DescMessage) =>
  message.proto.field.map(({ number, type, typeName, label }) => `${number} ${type} ${typeName} ${label}`).join()

/** The message that an old one was renamed to: it has the same wire format and a new name. */
export const successorOf = (was: DescMessage, { before, after }: BothSides): DescMessage | undefined =>
  declared(after).find((is) => !before.getMessage(is.typeName) && shapeOf(is) === shapeOf(was))

/** Assesses a finding about a message, a file, or anything else that is no field. */
export function messageChange(finding: Finding, sides: BothSides): Change {
  const { type, message } = finding
  const name = messageNamed(finding)
  const was = finding.path && name ? findMessage(sides.before, finding.path, name) : undefined
  if (type === 'MESSAGE_NO_DELETE' && was) return removedMessage(was, sides)
  if (type === 'FILE_NO_DELETE') return removedFile(finding, sides)
  return {
    level: 'breaking',
    rule: `events.${type.toLowerCase().replaceAll('_', '-')}`,
    message,
    file: finding.path ?? EVENTS,
    line: finding.start_line ?? null,
    breaks: was ? consumersOf(sides.facts, was.typeName) : [],
    remedy: 'Restore it. A change that is no addition needs a new message on a new topic (docs/PROTOCOL.md).',
  }
}

function removedMessage(was: DescMessage, sides: BothSides): Change {
  const moved = sides.after.getMessage(was.typeName)
  const breaks = consumersOf(sides.facts, was.typeName)
  if (moved)
    return {
      level: 'dangerous',
      rule: 'events.message-moved',
      message: `${was.typeName} moved to another file: the bytes are the same, but consumers must change their imports.`,
      file: fileOf(moved),
      line: lineOfMessage(moved),
      breaks,
      remedy: 'Run `npm run generate` and change the imports in the same commit; inform other consumers.',
    }
  const successor = successorOf(was, sides)
  if (successor)
    return {
      level: 'breaking',
      rule: 'events.message-renamed',
      message: `${was.typeName} was renamed to ${successor.typeName}: consumers expect the old name on its topic.`,
      file: fileOf(successor),
      line: lineOfMessage(successor),
      breaks,
      remedy:
        'Restore its name. A new name is a new message, on a new topic that is filled by `npm run ops -- republish`.',
    }
  if (!isCarried(was.typeName, sides))
    return {
      level: 'dangerous',
      rule: 'events.message-removed',
      message: `${was.typeName} was removed; no listed topic carried it.`,
      file: fileOf(was),
      line: lineOfMessage(was),
      breaks,
      remedy: 'Keep it for as long as the topic that carried it has records that somebody reads.',
    }
  return {
    level: 'breaking',
    rule: 'events.message-removed',
    message: `${was.typeName} was removed: the records of its topic can no longer be decoded.`,
    file: fileOf(was),
    line: lineOfMessage(was),
    breaks,
    remedy: 'Keep it for as long as its topic has records. First retire the topic.',
  }
}

/** Whether a topic of the list before carries a message. */
const isCarried = (message: string, { facts }: BothSides) => facts.topics.some((topic) => topic.message === message)

function removedFile({ message }: Finding, sides: BothSides): Change {
  const file = `${EVENTS}/${/"([^"]+)"/.exec(message)?.[1] ?? ''}`
  const messages = declared(sides.before).filter((desc) => fileOf(desc) === file)
  const lost = messages.filter(({ typeName }) => !sides.after.getMessage(typeName))
  const names = (lost.length > 0 ? lost : messages).map(({ typeName }) => typeName)
  return {
    level: lost.some(({ typeName }) => isCarried(typeName, sides)) ? 'breaking' : 'dangerous',
    rule: lost.length > 0 ? 'events.file-removed' : 'events.file-renamed',
    message: `${file} was removed, ${lost.length > 0 ? `and with it ${names.join(', ')}` : `${names.join(', ')} moved to another file`}.`,
    file,
    line: null,
    breaks: names.flatMap((name) => consumersOf(sides.facts, name)),
    remedy:
      lost.length > 0
        ? 'Keep its messages for as long as their topics have records. First retire the topics.'
        : 'Run `npm run generate` and change the imports in the same commit; inform other consumers.',
  }
}
