import {
  type DescMessage,
  type FileRegistry,
  fromJson,
  isFieldSet,
  type JsonObject,
  ScalarType,
  toBinary,
  toJson,
} from '@bufbuild/protobuf'
import { CannotJudge } from '../change.ts'
import type { TopicFact } from '../facts/facts.ts'
import { type Fixture, shapes } from './fixtures/fixture.ts'
import { asState, print } from './recorded-file.ts'

/** Nothing was recorded. The message says why, and what to do. */
export class NotRecorded extends CannotJudge {}

/** The file of one topic. Equal fixtures give equal bytes. @throws NotRecorded when fixtures leave out a shape or a field */
export function encodeTopic(topic: TopicFact, registry: FileRegistry, fixtures: readonly Fixture[]): string {
  const message = registry.getMessage(topic.message)
  if (!message) throw new NotRecorded(`${topic.message} is not in contracts/events: run \`npm run generate\`.`)
  const states = fixtures.map((fixture) => ({ ...fixture, message: decoded(message, fixture) }))

  const needed = shapes.filter((shape) => shape !== 'unicode' || hasText(message))
  for (const shape of needed)
    if (!fixtures.some((fixture) => fixture.shape === shape))
      throw new NotRecorded(
        `contract-checks/history/fixtures has no state of ${message.typeName} that is ${shape}: add one.`,
      )
  const left = message.fields.find((field) => !states.some((state) => isFieldSet(state.message, field)))
  if (left)
    throw new NotRecorded(
      `No state in contract-checks/history/fixtures sets ${message.name}.${left.name}: add it to one.`,
    )

  return print(
    {
      message: message.typeName,
      fields: Object.fromEntries(message.fields.map((field) => [field.jsonName, field.number])),
    },
    states.map(({ shape, type, sequence, state, message: encoded }) => ({
      shape,
      key: state.id,
      type,
      sequence,
      value: Buffer.from(toBinary(message, encoded)).toString('base64'),
      state: toJson(message, encoded, asState) as JsonObject,
    })),
  )
}

/** Whether the message has text that users write. Ids are not. */
const hasText = ({ fields }: DescMessage) =>
  fields.some(({ scalar, name }) => scalar === ScalarType.STRING && !/(^|_)ids?$/.test(name))

function decoded(message: DescMessage, { state, shape }: Fixture) {
  try {
    return fromJson(message, state)
  } catch (error) {
    throw new NotRecorded(
      `contract-checks/history/fixtures: ${message.typeName} that is ${shape}: ${(error as Error).message}`,
    )
  }
}
