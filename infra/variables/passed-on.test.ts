import { describe, expect, test } from 'vitest'
import { databases } from '../databases.ts'
import { configOf, roleConfigs } from '../role-configs.ts'
import { startConfig } from '../start/config.ts'
import { standardPorts, topology } from '../topology.ts'
import { ownVariable, passedOn } from './passed-on.ts'
import { passedOnProblems } from './passed-on-problems.ts'
import { ignored, instead, passedTo, setFor } from './set-by-start.ts'

/** The environment of each process of a system started with this environment. */
function started(env: NodeJS.ProcessEnv): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const { roles, gateway } = topology({
    ports: standardPorts,
    databases: Object.fromEntries(
      databases.map(({ service, side }) => [`${service}.${side}`, 'its database']),
    ) as never,
    kafkaBrokers: 'its brokers',
    secretFor: () => 'its secret',
    env,
  })
  return Object.fromEntries([...roles, gateway].map((spec) => [spec.name, spec.env]))
}

const names = [...roleConfigs.keys()]
const variablesOf = (name: string) => Object.keys(configOf(name).shape)
const own = Object.keys(startConfig.shape)

test.each(names)('%s gets every variable that it knows, except those that npm start sets', (name) => {
  const variables = variablesOf(name)
  const got = started(Object.fromEntries(variables.map((variable) => [variable, `a ${variable}`])))[name] ?? {}
  expect(Object.keys(got).toSorted()).toEqual(variables.toSorted())
  for (const variable of variables)
    if (got[variable] !== `a ${variable}`) expect(Object.keys(instead)).toContain(variable)
})

test('variables that earlier versions dropped are passed on', () => {
  const env = {
    PERSISTED_OPERATIONS: 'enforce',
    MAX_COST: '7',
    REQUEST_TIMEOUT_MS: '900',
    SESSION_DAYS: '3',
    RATE_LIMITS: '*=5',
    SIGN_INS_PER_ADDRESS: '4',
  }
  const { SESSION_DAYS, SIGN_INS_PER_ADDRESS, ...ofGateway } = env
  expect(started(env).gateway).toMatchObject(ofGateway)
  expect(started(env)['users-api']).toMatchObject({ SESSION_DAYS, SIGN_INS_PER_ADDRESS, HOST: '127.0.0.1' })
})

test('only GATEWAY_HOST moves the gateway: shells set HOST to the name of the machine', () => {
  expect(started({ HOST: '0.0.0.0' }).gateway).toMatchObject({ HOST: '127.0.0.1' })
  expect(started({ GATEWAY_HOST: '0.0.0.0' }).gateway).toMatchObject({ HOST: '0.0.0.0' })
  expect(ignored({ HOST: 'tower' }, own)).toEqual([expect.stringMatching(/^HOST is ignored, .*GATEWAY_HOST/)])
})

test('a shared name goes to every process that knows it, and to no other', () => {
  const got = started({ TOKEN_ISSUER: 'https://login.example', HSTS_SECONDS: '60' })
  for (const name of names)
    expect(got[name]?.TOKEN_ISSUER).toBe(['gateway', 'users-api'].includes(name) ? 'https://login.example' : undefined)
  expect(names.filter((name) => got[name]?.HSTS_SECONDS)).toEqual(['gateway'])
})

test('the name of a process as a prefix sets a variable for that process only', () => {
  const got = started({ LOG_LEVEL: 'warn', POSTS_RELAY_LOG_LEVEL: 'debug' })
  for (const name of names) expect(got[name]?.LOG_LEVEL).toBe(name === 'posts-relay' ? 'debug' : 'warn')
})

test('no name is ambiguous', () => {
  const shared = new Set(names.flatMap(variablesOf))
  for (const name of names)
    for (const variable of passedTo(name)) {
      expect(own).not.toContain(ownVariable(name, variable))
      expect([...shared]).not.toContain(ownVariable(name, variable))
    }
})

test('an empty variable counts as not set', () => {
  expect(passedOn('gateway', { MAX_COST: '', GATEWAY_MAX_DEPTH: ' ', MAX_DEPTH: '3' })).toEqual({ MAX_DEPTH: '3' })
})

describe('a variable that npm start sets itself', () => {
  test('is reported with what to do instead', () => {
    for (const name of names) for (const variable of setFor(name)) expect(instead[variable]).toBeDefined()
    for (const variable of Object.keys(instead)) expect(names.flatMap(setFor)).toContain(variable)
    expect(ignored({ PORT: '80', USERS_API_PORT: '80', CALLER_KEYS: 'x' }, own)).toEqual([
      expect.stringMatching(/^USERS_API_PORT is ignored, because npm start sets PORT: move ports with GATEWAY_PORT/),
      expect.stringMatching(/^PORT is ignored, .*GATEWAY_PORT/),
      expect.stringMatching(/^CALLER_KEYS is ignored, because npm start sets CALLER_KEYS: .*INKSTREAM_SECRET/),
    ])
  })

  test('is not reported where it has an effect, or is empty', () => {
    const env = {
      GATEWAY_HOST: '0.0.0.0',
      KAFKA_BROKERS: 'a:1',
      GATEWAY_PORT: '1',
      GATEWAY_OPS_PORT: '2',
      JWKS_URL: 'x',
      PORT: '',
    }
    expect(ignored(env, own)).toEqual([])
  })
})

describe('an invalid value that is passed on', () => {
  test('is reported once, by the name that set it', () => {
    expect(passedOnProblems({ LOG_LEVEL: 'loud', GATEWAY_MAX_COST: 'much', MAX_COST: '5' })).toEqual([
      expect.stringMatching(/^LOG_LEVEL is "loud": /),
      expect.stringMatching(/^GATEWAY_MAX_COST is "much": /),
    ])
  })

  test('is reported when it contradicts another variable, whatever npm start sets itself', () => {
    expect(passedOnProblems({ SUBGRAPH_TIMEOUT_MS: '800' })).toEqual([
      expect.stringMatching(/^SUBGRAPH_TIMEOUT_MS is "800": must be more than CONSISTENCY_WAIT_MS, which is 1000/),
    ])
  })

  test('is not reported where npm start sets the variable, or none is given', () => {
    expect(passedOnProblems({ PORT: 'none', USERS_URL: 'none' })).toEqual([])
    expect(passedOnProblems({})).toEqual([])
  })
})
