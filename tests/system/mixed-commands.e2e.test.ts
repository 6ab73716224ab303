import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import type { Made } from '../cases/commands.ts'
import { casesOfServices } from '../cases/services.ts'
import { readTestConfig } from '../support/config.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { runOps } from '../support/ops-command.ts'
import { clientWith, type Person, signIn, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

const CALLERS = 20
/** How long a caller goes on sending a command that is answered BUSY, in milliseconds. */
const PATIENCE_MS = 30_000
/** Some send nothing, because there is nothing to act on yet. */
const COMMANDS_EACH = 65

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
})
afterAll(() => stack?.stop())

/** What all callers made, by the name of its type. */
const made = new Map<string, Made[]>()
/** How often each mutation was answered with each code; `done` means without a code. */
const answers = new Map<string, Map<string, number>>()

const all = casesOfServices.map(({ commands }) => commands)
const mutations = all.flatMap(({ mutations }) => mutations)
const choices = all.flatMap(({ choices }) => choices)
const expected = new Set(all.flatMap(({ rejections }) => rejections))

/** Reported on failure: the same seed makes the same choices, except where the callers' timing matters. */
const seed = readTestConfig().MIXED_SEED ?? Date.now() % 2 ** 31
/** More random numbers than the test draws. */
const numbers = fc.sample(fc.nat(2 ** 31 - 1), { seed, numRuns: 100_000 })
const random = () => (numbers.pop() ?? 0) / 2 ** 31
const below = (bound: number) => Math.floor(random() * bound)
const chance = (probability: number) => random() < probability
const one = <T>(from: readonly T[]): T | undefined => from[below(from.length)]

async function send(person: Person, mutation: string, given: object, node?: string): Promise<string | undefined> {
  const input = { ...given, idempotencyKey: randomUUID() }
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  const once = async (until = Date.now() + PATIENCE_MS): Promise<{ code: string; id: string | undefined }> => {
    const { data, errors } = await person.ask(
      `mutation($input: ${type}) { it: ${mutation}(input: $input) { ${node ? `node: ${node} { id }` : ''} errors { code } } }`,
      { input },
    )
    // Nothing was written, and a client sends it again.
    if (errors?.every(({ extensions }) => extensions?.code === 'BUSY') && Date.now() < until) return once(until)
    if (errors) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
    const code = data.it.errors[0]?.code ?? 'done'
    if (code !== 'done' && !expected.has(code)) throw new Error(`${mutation} was rejected: ${code}`)
    return { code, id: data.it.node?.id as string | undefined }
  }
  // An impatient client sends twice at once; a client that lost the reply sends again.
  const replies = await Promise.all(chance(0.2) ? [once(), once()] : [once()])
  if (chance(0.1)) replies.push(await once())
  const accepted = replies.filter(({ code }) => code === 'done')
  expect(new Set(accepted.map(({ id }) => id)).size, `${mutation} had one effect`).toBeLessThanOrEqual(1)
  const [first] = replies
  const codes = answers.get(mutation) ?? new Map<string, number>()
  answers.set(mutation, codes)
  if (first) codes.set(first.code, (codes.get(first.code) ?? 0) + 1)
  return accepted[0]?.id
}

/** Sends one randomly chosen command. */
async function command(person: Person, people: readonly Person[], n: number): Promise<void> {
  const madeOf = (type: string) => {
    const some = made.get(type) ?? []
    made.set(type, some)
    return some
  }
  await one(choices)?.({
    ...{ person, n, chance, below },
    anybody: () => one(people),
    made: madeOf,
    any: (type) => one(chance(0.5) ? madeOf(type).filter(({ by }) => by === person.id) : madeOf(type)),
    send: (mutation, input, node) => send(person, mutation, input, node),
  })
}

/** Two at a time: beside other tests, twenty passwords at once take longer than a request may. */
async function inPairs<From, To>(from: readonly From[], work: (one: From, n: number) => Promise<To>): Promise<To[]> {
  const results: To[] = []
  for (let n = 0; n < from.length; n += 2)
    results.push(...(await Promise.all(from.slice(n, n + 2).map((one, at) => work(one, n + at)))))
  return results
}

test('after a thousand mixed commands of twenty callers the tables equal the fold, and nothing is parked', async () => {
  const people = await inPairs(Array.from({ length: CALLERS }), () => signUp(stack.gatewayUrl))
  // Every other one is a moderator, so that each of their commands is accepted some times.
  const callers = await inPairs(people, async (person, n) => {
    if (n % 2 !== 0) return person
    expect(await runOps(stack, 'grant', 'moderator', person.username)).toMatchObject({ code: 0 })
    return { ...person, ask: clientWith(stack.gatewayUrl, (await signIn(stack.gatewayUrl, person)).accessToken) }
  })
  await Promise.all(
    callers.map(async (person) => {
      for (let n = 0; n < COMMANDS_EACH; n++) {
        await command(person, callers, n)
        if (chance(0.1)) await delay(5)
      }
    }),
  )
  // Some callers delete their accounts.
  for (const { ask, password } of callers.slice(0, 3)) {
    const { data } = await ask(
      'mutation($input: DeleteAccountInput!) { deleteAccount(input: $input) { errors { code } } }',
      {
        input: { password },
      },
    )
    expect(data.deleteAccount.errors).toEqual([])
  }

  const told = `seed ${seed}: ${JSON.stringify([...answers].map(([mutation, codes]) => [mutation, ...codes]))}`
  expect(
    [...answers.values()].flatMap((codes) => [...codes.values()]).reduce((sum, n) => sum + n, 0),
    told,
  ).toBeGreaterThanOrEqual(1_000)
  expect([...answers.keys()].sort(), told).toEqual([...mutations].sort())
  for (const [, codes] of answers) expect(codes.get('done') ?? 0, told).toBeGreaterThan(0)
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 30_000, interval: 20 })
  expect((await runOps(stack, 'dead-letters', 'list', '--all')).out).toBe('There are none.\n')
}, 120_000)
