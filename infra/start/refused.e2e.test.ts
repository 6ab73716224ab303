import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { roleConfigs } from '../role-configs.ts'
import { passedTo } from '../variables/set-by-start.ts'
import { startConfig } from './config.ts'
import { createSite } from './start.fixture.ts'

let site: Awaited<ReturnType<typeof createSite>>
beforeAll(async () => {
  site = await createSite()
})

test('--help lists options and variables', async () => {
  const run = site.start(['--help'])
  expect(await run.ended).toBe(0)
  expect(run.said()).toMatch(/--reset[\s\S]*--watch[\s\S]*KAFKA_BROKERS/)
  const variables = [...roleConfigs.keys()].flatMap(passedTo)
  for (const name of [...Object.keys(startConfig.shape), ...variables]) expect(run.said()).toContain(`\n  ${name}\n`)
})

describe('reports what is wrong, and how to fix it, when', () => {
  test('an option is unknown', async () => {
    expect(await site.failure(['--resett'])).toMatch(/Unknown option '--resett'[\s\S]*npm start \[-- --reset\]/)
  })

  test.each([
    [
      'a port is invalid',
      { POSTS_PORT: '99999' },
      'POSTS_PORT is "99999": Too big: expected number to be <=65535 (a TCP port, 1 to 65535)',
    ],
    ['a variable of a role is invalid', { MAX_COST: 'abc' }, 'MAX_COST is "abc": '],
    [
      'the host is not on this machine',
      { GATEWAY_HOST: '192.0.2.1' },
      'GATEWAY_HOST is "192.0.2.1", and the gateway cannot listen there',
    ],
    [
      'brokers are not addresses',
      { KAFKA_BROKERS: 'kafka' },
      'KAFKA_BROKERS is "kafka": must be host:port, or [IPv6 address]:port (host:port, comma-separated)',
    ],
    ['the server is not a url', { POSTGRES_URL: 'localhost' }, 'POSTGRES_URL is "…": must start with postgresql://'],
  ])('%s, before anything is created', async (_what, env, message) => {
    const dir = join(site.parent, 'never made')
    expect(await site.failure([], { ...env, INKSTREAM_DIR: dir })).toContain(message)
    expect(existsSync(dir)).toBe(false)
  })

  test('two ports are the same', async () => {
    expect(await site.failure([], { POSTS_PORT: site.ports.USERS_PORT ?? '' })).toMatch(/each needs its own/)
  })

  test('a port is busy', async () => {
    const other = createServer().listen(Number(site.ports.COMMENTS_RELAY_PORT), '127.0.0.1')
    await once(other, 'listening')
    try {
      expect(await site.failure()).toContain(
        `Port ${site.ports.COMMENTS_RELAY_PORT} is in use by another program. End that program, or choose another port: COMMENTS_RELAY_PORT=… npm start`,
      )
    } finally {
      other.close()
    }
  })

  test('the data folder cannot be created', async () => {
    writeFileSync(join(site.parent, 'a-file'), '')
    expect(await site.failure([], { INKSTREAM_DIR: join(site.parent, 'a-file', 'data') })).toMatch(
      /The data folder .* cannot be made: .*INKSTREAM_DIR=… npm start/,
    )
  })

  test('the data folder has other files', async () => {
    const dir = join(site.parent, 'letters')
    mkdirSync(dir)
    writeFileSync(join(dir, 'to-mother.txt'), '')
    expect(await site.failure([], { INKSTREAM_DIR: dir })).toContain(
      `The data folder ${dir} has other files in it (to-mother.txt). Choose another: INKSTREAM_DIR=… npm start`,
    )
    expect(readdirSync(dir)).toEqual(['to-mother.txt'])
  })

  test('the secret was lost', async () => {
    mkdirSync(site.dir, { recursive: true })
    const secret = join(site.dir, 'secret')
    writeFileSync(secret, '')
    expect(await site.failure()).toContain(
      `The secret in ${secret} is empty, and keys are derived from it. Restore the file from a backup, or forget all data and begin again: npm start -- --reset`,
    )
    writeFileSync(secret, '0123456789abcdef')
    expect(await site.failure()).toContain(`The secret in ${secret} is cut short`)
    expect(await site.failure([], { INKSTREAM_SECRET: 'ink' })).toContain('INKSTREAM_SECRET has 3 characters')
  })

  describe('Kafka cannot run here:', () => {
    /** A PATH with these programs only, each a script. */
    function path(programs: Readonly<Record<string, string>>): Record<string, string> {
      const bin = mkdtempSync(join(site.parent, 'bin-'))
      for (const [name, script] of Object.entries(programs))
        writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      symlinkSync('/bin/sh', join(bin, 'sh'))
      return { PATH: bin, POSTGRES_URL: inject('postgresUrl'), INKSTREAM_DIR: join(site.parent, 'without-kafka') }
    }

    test('Java is missing', async () => {
      const said = await site.failure([], path({}))
      expect(said).toMatch(/Java was not found.*install Java 17 or later, or set KAFKA_BROKERS.*docker compose/)
    })

    test('Java is too old', async () => {
      const java = `echo 'openjdk version "11.0.2" 2019-01-15' >&2`
      expect(await site.failure([], path({ java }))).toMatch(/needs Java 17 or later; `java` is .*"11\.0\.2"/)
    })

    test('Maven is missing', async () => {
      const java = `echo 'openjdk version "17.0.9" 2023-10-17' >&2`
      expect(await site.failure([], path({ java }))).toMatch(/Maven was not found.*install Maven/)
    })

    test('Maven cannot fetch the jars', async () => {
      const java = `echo 'openjdk version "17.0.9" 2023-10-17' >&2`
      const mvn = `echo '[ERROR] Could not transfer artifact'; exit 1`
      expect(await site.failure([], path({ java, mvn }))).toMatch(
        /Maven could not fetch Apache Kafka's jars:\n {2}\[ERROR\] Could not transfer artifact\nFix that, or set KAFKA_BROKERS/,
      )
    })
  })
})
