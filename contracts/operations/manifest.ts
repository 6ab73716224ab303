import { createHash } from 'node:crypto'
import type { RegisteredOperation } from './registered.ts'

/** The id of an operation on the wire: SHA-256 of its body, in hexadecimal. */
export const idOf = (body: string): string => createHash('sha256').update(body).digest('hex')

/** The list of operations that the gateway knows by id, in Apollo's format for persisted queries. */
export const manifestOf = (operations: readonly RegisteredOperation[]): string =>
  `${JSON.stringify(
    {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: operations.map(({ name, type, body }) => ({ id: idOf(body), name, type, body })),
    },
    null,
    2,
  )}\n`
