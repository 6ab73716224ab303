import type { Client } from './client.ts'

/** An author of seeded content. `token` returns a valid access token. */
export type Author = { readonly id: string; token(): Promise<string> }

/** A token is renewed when it has less than this left, in milliseconds. */
const RENEW_MS = 60_000

const password = 'seeded ink that dries'

/** Opens an account. Its `token` signs in again when the current one is about to expire. */
export async function openAccount(client: Client, run: string, n: number): Promise<Author> {
  const email = `seed-${run}-${n}@inkstream.example`
  const account = { username: `s${run}_${n}`, fullName: `Author ${n}`, email, password }
  const [made] = await client.run('createUser', 'user', [{ ...account, idempotencyKey: `seed-${run}-user-${n}-once` }])
  let session = made?.session
  const id = made?.node?.id
  if (!id) throw new Error('createUser returned no id')
  return {
    id,
    async token() {
      if (!session || Date.parse(session.expiresAt) - Date.now() < RENEW_MS) {
        const [signedIn] = await client.run('signIn', 'user', [{ email, password }])
        session = signedIn?.session
      }
      if (!session) throw new Error('signIn returned no session')
      return session.accessToken
    },
  }
}
