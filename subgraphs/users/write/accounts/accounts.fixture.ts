import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { createRunner } from '#cqrs/command/runner.ts'
import { PrismaClient } from '#prisma/users/write/generated/client.ts'
import { createPool } from '#toolkit/database/connect.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { requestBounds } from '#toolkit/database/settings.ts'
import type { DatabaseSettings } from '../../../../tests/support/alter-database.ts'
import { createTestDatabase } from '../../../../tests/support/databases.ts'
import { createStore } from '../store.ts'
import type { Accounts, LimitName } from './accounts.ts'
import { createPasswords } from './passwords.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { signUp } from './sign-up.ts'
import { createThrottle, type Limit } from './throttle.ts'

const secret = 'a secret of sixteen'
export const cheap = { memory: 64, passes: 1, parallelism: 1 }
const seldom: Limit = { times: 1_000, seconds: 60 }
const never: Record<LimitName, Limit> = {
  signInsPerAccount: seldom,
  signInsPerAccountInAll: seldom,
  signInsPerAddress: seldom,
  signUpsPerAddress: seldom,
  passwordsPerAccount: seldom,
  passwordsPerSession: seldom,
  refreshesPerSession: seldom,
}

export type Rig = Awaited<ReturnType<typeof createRig>>

/** Accounts on a new test database, with fast password hashing and readable access tokens. */
export async function createRig(settings: DatabaseSettings = {}) {
  const { url, schema } = await createTestDatabase('users', 'write', settings)
  const database = new PrismaClient({ adapter: prismaAdapter(url, schema), errorFormat: 'minimal' })
  const pool = createPool(url, { bounds: requestBounds, max: 4 })
  const run = createRunner({
    database,
    schema,
    store: createStore,
    idempotencySecret: secret,
    onCommit: () => undefined,
  })
  /** Another instance on the same database. */
  const open = (
    more: { limits?: Partial<Record<LimitName, Limit>>; work?: typeof cheap; secret?: string } = {},
  ): Accounts => ({
    database,
    run,
    passwords: createPasswords(more.work ?? cheap),
    throttle: createThrottle(pool, schema, secret, { ...never, ...more.limits }),
    tokens: {
      issue: async (claims) => ({ accessToken: JSON.stringify(claims), expiresAt: new Date(Date.now() + 60_000) }),
    },
    refreshTokens: createRefreshTokens(more.secret ?? secret),
    sessionDays: 30,
  })
  /** An instance that records every statement it sends, without the values. */
  const observe = async () => {
    const statements: string[] = []
    const observed = new PrismaClient({
      adapter: prismaAdapter(url, schema),
      log: [{ emit: 'event', level: 'query' }],
    })
    observed.$on('query', ({ query }) => void statements.push(query))
    const counting = createPool(url, { bounds: requestBounds, max: 1 })
    const query = counting.query.bind(counting) as (statement: { text: string }) => Promise<pg.QueryResult>
    Object.assign(counting, {
      query(statement: { text: string }) {
        statements.push(statement.text)
        return query(statement)
      },
    })
    const instance: Accounts = {
      ...open(),
      database: observed as PrismaClient,
      throttle: createThrottle(counting, schema, secret, never),
    }
    return { open: instance, statements, close: () => Promise.all([observed.$disconnect(), counting.end()]) }
  }
  return {
    observe,
    url,
    schema,
    database,
    pool,
    run,
    open,
    close: () => Promise.all([database.$disconnect(), pool.end()]),
  }
}

export const nobody = { caller: null, address: '192.0.2.7', trace: null }

/** Sign-up input of a new user. */
export const somebody = () => {
  const username = `u_${randomUUID().slice(0, 8)}`
  return { username, fullName: 'Ada Lovelace', email: `${username}@Example.org`, password: 'ink that dries' }
}

/** Signs a new user up. */
export async function member(accounts: Accounts) {
  const input = somebody()
  const { user, session } = await accepted(signUp(accounts, input, nobody))
  if (!session) throw new Error('no session')
  return { ...input, id: user.id, session, call: callOf(session) }
}

/** A call by the caller that an access token of these accounts identifies. */
export function callOf(session: { accessToken: string } | null | undefined) {
  const { userId, roles, sessionId } = JSON.parse(session?.accessToken ?? 'null')
  return { ...nobody, caller: { userId, roles, sessionId } as { userId: string; roles: string[]; sessionId: string } }
}

/** @throws when the outcome is a rejection */
export async function accepted<Outcome extends { readonly status: string }>(
  outcome: Promise<Outcome>,
): Promise<Extract<Outcome, { status: 'accepted' }>> {
  const settled = await outcome
  if (settled.status !== 'accepted') throw new Error(`rejected: ${JSON.stringify(settled)}`)
  return settled as Extract<Outcome, { status: 'accepted' }>
}

/** The expected rejection with this code. */
export const rejectedWith = (code: string, ...path: string[]) => ({ status: 'rejected', errors: [{ code, path }] })
