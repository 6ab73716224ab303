import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { bulkhead } from 'cockatiel'
import { fromPhc, toPhc, type Work } from './phc.ts'

/** The minimum for argon2id in OWASP's Password Storage Cheat Sheet. */
const OWASP: Work = { memory: 19_456, passes: 2, parallelism: 1 }

/** How many are hashed at once: fewer than libuv has threads, so that file access and DNS look-ups need not wait. */
const AT_ONCE = 2
/** Queue limit: about two seconds of work. */
const WAITING = 64

const SALT_BYTES = 16
const TAG_BYTES = 32

/** Hashes and verifies passwords with argon2id, off the main thread. */
export type Passwords = {
  /** @throws BulkheadRejectedError when too many wait */
  hash(password: string): Promise<string>
  /**
   * @param hash a PHC string; undefined when there is no account, which takes as long as a wrong password
   * @throws BulkheadRejectedError when too many wait
   */
  verify(password: string, hash: string | undefined): Promise<boolean>
  /** Whether a hash was made with parameters other than the current ones. */
  outdated(hash: string): boolean
}

const derive = promisify(argon2)

export function createPasswords(work = OWASP, { atOnce = AT_ONCE, waiting = WAITING } = {}): Passwords {
  const bounds = bulkhead(atOnce, waiting)
  const tagOf = (password: string, salt: Buffer, { memory, passes, parallelism }: Work) =>
    bounds.execute(() =>
      derive('argon2id', { message: password, nonce: salt, memory, passes, parallelism, tagLength: TAG_BYTES }),
    )
  /** A dummy hash that no password matches. */
  const nobodys = toPhc({ ...work, salt: Buffer.alloc(SALT_BYTES), tag: Buffer.alloc(TAG_BYTES) })
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return toPhc({ ...work, salt, tag: await tagOf(password, salt, work) })
    },
    async verify(password, hash) {
      const { salt, tag, ...itsWork } = fromPhc(hash ?? nobodys)
      const found = await tagOf(password, salt, itsWork)
      return tag.length === found.length && timingSafeEqual(tag, found) && hash !== undefined
    },
    outdated(hash) {
      const { memory, passes, parallelism } = fromPhc(hash)
      return memory !== work.memory || passes !== work.passes || parallelism !== work.parallelism
    },
  }
}
