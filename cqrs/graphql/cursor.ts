import { createHash } from 'node:crypto'
import { z } from 'zod'
import { invalidInput } from '#toolkit/graphql/errors.ts'

/**
 * Opaque cursors: the values of a row in its list's order, and a checksum that binds them to one list, so that a cursor
 * that was altered, truncated or taken from another list is refused. They stay valid when rows are inserted nearby.
 */
const CHECKSUM_BYTES = 6
/** The maximum length of a cursor, in characters. */
const LONGEST = 400

const keys = z.array(z.string())

const checksum = (list: string, keys: Buffer) =>
  createHash('sha256').update(list).update('\0').update(keys).digest().subarray(0, CHECKSUM_BYTES)

/** @param values the row's values in the list's order, as text */
export function encodeCursor(list: string, values: readonly string[]): string {
  const bytes = Buffer.from(JSON.stringify(values))
  return Buffer.concat([checksum(list, bytes), bytes]).toString('base64url')
}

/** The values of the row that a cursor points to. @throws INVALID_INPUT when it is not a cursor of this list */
export function decodeCursor(list: string, cursor: string, argument: string): readonly string[] {
  const bytes = cursor.length > LONGEST ? Buffer.alloc(0) : Buffer.from(cursor, 'base64url')
  const values = bytes.subarray(CHECKSUM_BYTES)
  const good =
    values.length > 0 &&
    checksum(list, values).equals(bytes.subarray(0, CHECKSUM_BYTES)) &&
    bytes.toString('base64url') === cursor
  const decoded = good ? parse(values) : undefined
  if (!decoded) throw notACursor(argument)
  return decoded
}

export const notACursor = (argument: string) =>
  invalidInput(`\`${argument}\` is not a cursor of this list: pass one that the list gave you.`, argument)

function parse(bytes: Buffer): readonly string[] | undefined {
  try {
    return keys.safeParse(JSON.parse(bytes.toString())).data
  } catch {
    return undefined
  }
}
