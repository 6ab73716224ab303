import type { Change } from '../change.ts'
import { declared, fileOf } from '../facts/messages.ts'
import { lineOfField, lineOfMessage } from '../facts/proto-lines.ts'
import type { BothSides } from './both-sides.ts'
import { successorOf } from './message-changes.ts'

/** New messages and fields. They are safe: consumers ignore fields that they do not know. */
export function additions(sides: BothSides): readonly Change[] {
  const renamed = new Set(
    declared(sides.before)
      .filter(({ typeName }) => !sides.after.getMessage(typeName))
      .map((was) => successorOf(was, sides)?.typeName),
  )
  return declared(sides.after).flatMap((message): readonly Change[] => {
    const was = sides.before.getMessage(message.typeName)
    const safe = { level: 'safe', file: fileOf(message), breaks: [], remedy: null } as const
    if (!was)
      return renamed.has(message.typeName)
        ? []
        : [
            {
              ...safe,
              rule: 'events.message-added',
              message: `${message.typeName} is new.`,
              line: lineOfMessage(message),
            },
          ]
    return message.fields
      .filter((field) => !was.fields.some(({ number, name }) => number === field.number || name === field.name))
      .map((field) => ({
        ...safe,
        rule: 'events.field-added',
        message: `${message.name}.${field.name} (field ${field.number}) is new. Old records never have it.`,
        line: lineOfField(field),
      }))
  })
}
