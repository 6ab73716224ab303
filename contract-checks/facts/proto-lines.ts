import type { DescField, DescMessage } from '@bufbuild/protobuf'

/** Field numbers of descriptor.proto, by which source locations are addressed. */
const FILE_MESSAGE = 4
const MESSAGE_NESTED = 3
const MESSAGE_FIELD = 2

const pathOf = (message: DescMessage): readonly number[] =>
  message.parent
    ? [...pathOf(message.parent), MESSAGE_NESTED, message.parent.nestedMessages.indexOf(message)]
    : [FILE_MESSAGE, message.file.messages.indexOf(message)]

const lineAt = (message: DescMessage, path: readonly number[]): number | null => {
  const locations = message.file.proto.sourceCodeInfo?.location ?? []
  const start = locations.find((location) => location.path.join() === path.join())?.span[0]
  return start === undefined ? null : start + 1
}

/** The line, from 1, on which a message begins. */
export const lineOfMessage = (message: DescMessage): number | null => lineAt(message, pathOf(message))

/** The line, from 1, of a field. */
export const lineOfField = (field: DescField): number | null =>
  lineAt(field.parent, [...pathOf(field.parent), MESSAGE_FIELD, field.parent.proto.field.indexOf(field.proto)])
