import { createHash } from 'node:crypto'
import { invalidInput } from './errors.ts'

/**
 * Opaque cursors: the id of the row they stand on and a checksum that ties it to one list, so that a cursor that was
 * altered, cut or taken from another list is refused. They stay good when rows are inserted around them.
 */
const CHECKSUM_BYTES = 6

const checksum = (list: string, id: Buffer) =>
  createHash('sha256').update(list).update(id).digest().subarray(0, CHECKSUM_BYTES)

/** @param id a UUID */
export function encodeCursor(list: string, id: string): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  return Buffer.concat([bytes, checksum(list, bytes)]).toString('base64url')
}

/** The row's id. @throws INVALID_INPUT for what is no cursor of this list. */
export function decodeCursor(list: string, cursor: string, argument: string): string {
  const bytes = Buffer.from(cursor, 'base64url')
  const id = bytes.subarray(0, 16)
  const good =
    bytes.length === 16 + CHECKSUM_BYTES && checksum(list, id).equals(bytes.subarray(16)) && encoded(bytes) === cursor
  if (!good)
    throw invalidInput(`\`${argument}\` is not a cursor of this list: pass one that the list gave you.`, argument)
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const encoded = (bytes: Buffer) => bytes.toString('base64url')
