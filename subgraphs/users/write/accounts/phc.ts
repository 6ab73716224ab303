/** The cost parameters of argon2id. */
export type Work = {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

export type Hashed = Work & { readonly salt: Buffer; readonly tag: Buffer }

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

/** A hash with its parameters, in the PHC string format. */
export const toPhc = ({ memory, passes, parallelism, salt, tag }: Hashed): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** @throws for anything that toPhc did not write, without quoting it */
export function fromPhc(text: string): Hashed {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(text) ?? []
  if (memory === undefined) throw new Error('a stored password hash is no argon2id PHC string')
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}
