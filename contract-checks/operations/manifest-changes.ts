import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifestName } from '#contracts/operations/clients.ts'
import type { Change, Side } from '../change.ts'
import { remedies } from '../graphql/remedies.ts'
import { isSent, label, type Operation, operationsFolder } from './operation.ts'

type Manifest = { readonly operations: readonly { readonly id: string; readonly name: string }[] }

/**
 * Unchanged operations that lost an id in the manifest of their client, as when bodies are printed in another way:
 * clients in the field still ask by it. Edited and removed operations are reported as such.
 */
export function manifestChanges(
  before: { readonly side: Side; readonly operations: readonly Operation[] },
  after: { readonly side: Side; readonly operations: readonly Operation[] },
): readonly Change[] {
  return before.operations
    .filter((operation) => isSent(operation, after.operations))
    .flatMap((operation): Change[] => {
      const file = join(operationsFolder, operation.client, manifestName)
      const known = idsOf(after.side, file)
      const gone = idsOf(before.side, file).filter(
        ({ id, name }) => name === operation.name && !known.some((one) => one.id === id),
      )
      if (gone.length === 0) return []
      return [
        {
          level: 'dangerous',
          rule: 'operation.id-gone',
          message: `${operation.name} of ${operation.client} is no longer registered as ${gone.map(({ id }) => id.slice(0, 12)).join(', ')}: clients in the field still ask for it by that.`,
          file,
          line: null,
          breaks: [label(operation)],
          remedy: remedies.retire,
        },
      ]
    })
}

const idsOf = ({ dir }: Side, file: string): Manifest['operations'] =>
  existsSync(join(dir, file)) ? (JSON.parse(readFileSync(join(dir, file), 'utf8')) as Manifest).operations : []
