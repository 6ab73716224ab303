import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { freePort } from '#infra/ports.ts'
import { type Supervised, supervise } from '#infra/supervisor/supervisor.ts'
import { readTestConfig } from '../support/config.ts'
import { runOps } from '../support/ops-command.ts'
import { type Person, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'
import { createWorld, tokenClient } from './model.fixture.ts'

/** Clients at once. Each begins again as a new user after some mutations, since a token holds 32 entries. */
const CLIENTS = 4
const MUTATIONS_OF_A_USER = 25
/** The deadline of a wait, and what an answer may take beyond it, in milliseconds. */
const WAIT_MS = 1_000
const BEYOND_MS = 500

const { FRESH_MUTATIONS, MIXED_SEED } = readTestConfig()
const seed = MIXED_SEED ?? Date.now() % 2 ** 31
const numbers = fc.sample(fc.nat(2 ** 31 - 1), { seed, numRuns: 100_000 })
const below = (bound: number) => Math.floor(((numbers.pop() ?? 0) / 2 ** 31) * bound)
const pick = <T>(from: Iterable<T>): T => {
  const all = [...from]
  return all[below(all.length)] as T
}

let stack: Stack
let ask: ReturnType<typeof tokenClient>
let others: string[]
let moderator: Person
let moderatorToken: string
beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  ask = tokenClient(stack.gatewayUrl)
  const people = await Promise.all(Array.from({ length: 4 }, () => signUp(stack.gatewayUrl)))
  others = people.slice(1).map(({ id }) => id)
  moderator = people[0] as Person
  expect(await runOps(stack, 'grant', 'moderator', moderator.username)).toMatchObject({ code: 0 })
  moderatorToken = (await signIn(stack.gatewayUrl, moderator)).accessToken
})
afterAll(() => stack?.stop())

/** What the answers of one run were. */
type Seen = {
  /** That came, of those that there are. */
  readonly kinds: Set<string>
  readonly all: Set<string>
  /** With tokens. */
  fresh: number
  behind: number
  /** Without tokens. */
  stale: number
  readonly wrong: string[]
  /** The slowest answer to a query with a token, and to one without, which waits for nothing. In milliseconds. */
  slowest: number
  slowestPlain: number
}

async function run(mutations: number): Promise<Seen> {
  const seen: Seen = {
    kinds: new Set(),
    all: new Set(),
    fresh: 0,
    behind: 0,
    stale: 0,
    wrong: [],
    slowest: 0,
    slowestPlain: 0,
  }
  let left = mutations
  const sent = new Map<string, number>()
  const leastOf = <Of extends { readonly kind: string }>(from: readonly Of[]) =>
    from.toSorted((a, b) => (sent.get(a.kind) ?? 0) - (sent.get(b.kind) ?? 0))[0] as Of

  async function user(): Promise<void> {
    const created = await tokenClient(stack.gatewayUrl)(
      'mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } session { accessToken } errors { code } } }',
      { input: accountInput() },
    )
    // biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of a reply
    const { user: me, session } = (created.data as any).createUser
    const world = createWorld({ id: me.id, accessToken: session.accessToken }, others, moderatorToken, accountInput)
    let token = created.token
    for (let step = 0; step < MUTATIONS_OF_A_USER && left > 0; step++, left--) {
      const kinds = Object.entries(world.possible(pick))
      for (const [kind] of kinds) seen.all.add(kind)
      const possible = kinds.flatMap(([kind, step]) => (step ? [{ kind, step }] : []))
      // Every other one is of the kind that came least often, so that each kind comes.
      const { kind, step: take } = below(2) === 0 ? pick(possible) : leastOf(possible)
      sent.set(kind, (sent.get(kind) ?? 0) + 1)
      const { name, mutation, input, then, as } = take()
      const withToken: Record<string, string> = token ? { 'consistency-token': token } : {}
      const asWho = as ? { authorization: `Bearer ${as}` } : world.headers
      const written = await ask(mutation, { input }, { ...asWho, ...withToken })
      // biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of a reply
      const payload = (written.data as any)?.it
      if (!payload || payload.errors.length > 0) {
        // A command that is behind may be rejected, and says so.
        if (isFresh(written) !== false) seen.wrong.push(`${name}: ${JSON.stringify(written)}`)
        continue
      }
      seen.kinds.add(kind)
      token = written.token ?? token
      const check = then(payload)
      const without = below(4) === 0
      const answer = await ask(check.query, check.variables, {
        ...world.headers,
        ...(without ? {} : { 'consistency-token': token ?? '' }),
      })
      const stale = answer.data ? check.stale(answer.data) : JSON.stringify(answer)
      if (without) {
        if (stale) seen.stale++
        seen.slowestPlain = Math.max(seen.slowestPlain, answer.ms)
        continue
      }
      seen.slowest = Math.max(seen.slowest, answer.ms)
      if (isFresh(answer) === false) seen.behind++
      else {
        seen.fresh++
        if (stale) seen.wrong.push(`after ${name}: ${stale}; ${JSON.stringify(answer.extensions)}`)
      }
    }
  }
  const client = async () => {
    while (left > 0) await user()
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return seen
}

let users = 0
const accountInput = () => {
  const username = `f_${seed.toString(36)}_${users++}`
  return { username, fullName: username, email: `${username}@example.org`, password: 'ink that dries' }
}

const isFresh = ({ extensions }: { extensions?: Record<string, unknown> }) =>
  (extensions?.consistency as { fresh?: boolean } | undefined)?.fresh

const projectors = ['users-projector', 'posts-projector', 'comments-projector']

test(`undisturbed, every answer to a token is fresh (seed ${seed})`, async () => {
  const { kinds, all, fresh, behind, stale, wrong, slowest, slowestPlain } = await run(FRESH_MUTATIONS)
  expect(wrong).toEqual([])
  expect({ behind, kinds }).toEqual({ behind: 0, kinds: all })
  expect(fresh).toBeGreaterThan(FRESH_MUTATIONS / 2)
  // Without a token some are stale, or this test shows nothing.
  expect(stale).toBeGreaterThan(0)
  // What waits for nothing shows how slow the machine is: killed projectors start again, and other tests run.
  expect(slowest).toBeLessThan(WAIT_MS + BEYOND_MS + slowestPlain)
}, 600_000)

test('while projectors are paused, killed and joined by others, no stale answer is called fresh', async () => {
  let over = false
  const disturb = (async () => {
    while (!over) {
      const role = stack.role(pick(projectors))
      await pick([pause, kill, second])(role)
      await delay(200)
    }
  })()
  try {
    // Until a disturbance was long enough for an answer to be behind, or nothing was disturbed.
    for (let tries = 0, disturbed = false; !disturbed; tries++) {
      const { fresh, behind, stale, wrong, slowest, slowestPlain } = await run(FRESH_MUTATIONS)
      expect(wrong).toEqual([])
      expect(fresh).toBeGreaterThan(0)
      expect(stale).toBeGreaterThan(0)
      // What waits for nothing shows how slow the machine is: killed projectors start again, and other tests run.
      expect(slowest).toBeLessThan(WAIT_MS + BEYOND_MS + slowestPlain)
      disturbed = behind > 0
      expect(disturbed || tries < 5).toBe(true)
    }
  } finally {
    over = true
    await disturb
  }

  // And when they are left alone, it is all fresh again.
  await Promise.all(projectors.map((name) => stack.role(name).ready()))
  await vi.waitFor(async () => expect((await run(20)).behind).toBe(0), 60_000)
}, 900_000)

async function pause(role: Supervised): Promise<void> {
  const pid = role.pid()
  if (pid === undefined) return
  process.kill(pid, 'SIGSTOP')
  await delay(500 + below(2_000))
  process.kill(pid, 'SIGCONT')
}

async function kill(role: Supervised): Promise<void> {
  const pid = role.pid()
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  await delay(below(1_500))
  await role.ready()
}

/** A second projector of the group comes and goes: partitions move to it and back. */
async function second(role: Supervised): Promise<void> {
  const port = await freePort()
  const env = { ...role.spec.env, PORT: String(port) }
  const other = supervise({ ...role.spec, name: `second-${role.spec.name}`, port, env }, { logsDir: stack.logsDir })
  await other.ready()
  await delay(below(1_000))
  await other.stop()
}
