import { type GraphQLError, type GraphQLSchema, validate } from 'graphql'
import type { Change, Side } from '../change.ts'
import { remedies } from '../graphql/remedies.ts'
import { placeIn } from '../report/report.ts'
import { fileOfSource, isSent, label, type Operation } from './operation.ts'

/** A change of the schema, and the coordinate that it is about. */
type Cause = Pick<Change, 'level' | 'file' | 'line' | 'message' | 'breaks'> & { readonly path: string }

/**
 * Registered operations that the schema after does not serve, new ones, and those that are no longer registered.
 * `causes` are the changes of the schema, each naming what it breaks.
 */
export function operationChanges(
  schema: GraphQLSchema,
  before: { readonly side: Side; readonly operations: readonly Operation[] },
  after: { readonly side: Side; readonly operations: readonly Operation[] },
  causes: readonly Cause[],
): readonly Change[] {
  const invalid = after.operations.flatMap((operation) => {
    const [error] = validate(schema, operation.document)
    return error ? [invalidOperation(operation, error, after.side, causes)] : []
  })
  const added = after.operations.filter(
    (operation) => !before.operations.some((earlier) => isVersionOf(earlier, operation)),
  )
  const gone = before.operations.filter((operation) => !isSent(operation, after.operations))
  const valid = added.filter((operation) => !invalid.some(({ breaks }) => breaks.includes(label(operation))))
  return [
    ...invalid,
    ...valid.map(newOperation),
    ...gone.map((operation) => removedOperation(operation, schema, before.side, after.operations, causes)),
  ]
}

const isVersionOf = (one: Operation, other: Operation): boolean =>
  one.client === other.client && one.name === other.name

const newOperation = ({ client, name, file, line }: Operation): Change => ({
  level: 'safe',
  rule: 'operation.added',
  message: `${name} of ${client} is registered.`,
  file,
  line,
  breaks: [],
  remedy: null,
})

function invalidOperation(operation: Operation, error: GraphQLError, side: Side, causes: readonly Cause[]): Change {
  return {
    level: 'breaking',
    rule: 'operation.invalid',
    message: `${operation.name} of ${operation.client} is no longer valid: ${error.message}${causeOf(operation, error, causes)}`,
    ...placeOfError(operation, error, side),
    breaks: [label(operation)],
    remedy: remedies.operation,
  }
}

/** Clients in the field still send it: what it asks for must still be there. */
function removedOperation(
  operation: Operation,
  schema: GraphQLSchema,
  side: Side,
  later: readonly Operation[],
  causes: readonly Cause[],
): Change {
  const edited = later.find((other) => isVersionOf(other, operation))
  const which = `${operation.name} of ${operation.client}`
  const what = edited ? 'was edited' : 'is no longer registered'
  const rule = edited ? 'operation.edited' : 'operation.removed'
  const [error] = validate(schema, operation.document)
  const { file, line } = edited ?? operation
  if (!error)
    return {
      level: 'dangerous',
      rule,
      message: `${which} ${what}: clients in the field still send it as it was.`,
      file,
      line,
      breaks: [label(operation)],
      remedy: remedies.retire,
    }
  return {
    level: 'breaking',
    rule,
    message: `${which} ${what}, and clients in the field still send it as it was, which is no longer valid: ${error.message}${causeOf(operation, error, causes)}`,
    ...(edited ? { file, line } : placeOfError(operation, error, side)),
    breaks: [label(operation)],
    remedy: remedies.operation,
  }
}

function placeOfError(operation: Operation, { nodes }: GraphQLError, side: Side): Pick<Change, 'file' | 'line'> {
  const loc = nodes?.find((node) => node.loc)?.loc
  return loc
    ? { file: fileOfSource(side, loc.source.name), line: loc.startToken.line }
    : { file: operation.file, line: operation.line }
}

/** The change that the error names, else the first, among those that break the operation. */
function causeOf(operation: Operation, { message }: GraphQLError, causes: readonly Cause[]): string {
  const breaking = causes.filter(({ level, breaks }) => level === 'breaking' && breaks.includes(label(operation)))
  const named = breaking.find(({ path }) => message.includes(`"${path.split('.').at(-1)}"`))
  const cause = named ?? breaking[0]
  return cause ? ` Broken by ${placeIn(cause)}: ${cause.message}` : ''
}
