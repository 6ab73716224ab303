import { expect, test } from 'vitest'
import { z } from 'zod'
import { commonConfig, databaseUrl, kafkaConfig, parseConfig, port } from './config.ts'

const schema = z.object({ ...commonConfig, ...kafkaConfig, PORT: port(4001), WRITE_DATABASE_URL: databaseUrl })
const good = { KAFKA_BROKERS: '127.0.0.1:4092', WRITE_DATABASE_URL: 'postgresql://u:p@127.0.0.1:4032/users' }

test('has defaults for variables that are not set or empty', () => {
  expect(parseConfig(schema, { ...good, PORT: '' })).toMatchObject({
    config: { PORT: 4001, HOST: '127.0.0.1', LOG_LEVEL: 'info', KAFKA_BROKERS: ['127.0.0.1:4092'], TOPIC_PREFIX: '' },
  })
})

test('treats a value of only spaces as not set', () => {
  expect(parseConfig(schema, { ...good, PORT: ' ', TOPIC_PREFIX: '\t' })).toEqual(parseConfig(schema, good))
})

test.each(['0x10', '1e3', '4001.0', '+4001', '4_001', 'Infinity', '4001,'])('rejects %s as a whole number', (PORT) =>
  expect(parseConfig(schema, { ...good, PORT })).toEqual({
    problems: [`PORT is "${PORT}": invalid (a TCP port, 1 to 65535)`],
  }),
)

test('accepts a whole number with whitespace around it, such as the newline at the end of a file', () =>
  expect(parseConfig(schema, { ...good, PORT: ' 4007\n' })).toMatchObject({ config: { PORT: 4007 } }))

test('treats a port that Kubernetes sets for a Service as not set', () => {
  const ports = z.object({ USERS_PORT: port(4001), PORT: port(4000) })
  expect(parseConfig(ports, { USERS_PORT: 'tcp://10.0.0.1:80' })).toEqual({ config: { USERS_PORT: 4001, PORT: 4000 } })
  expect(parseConfig(ports, { PORT: 'tcp://10.0.0.1:80' })).toHaveProperty('problems')
})

test('accepts brokers by name, IPv4 and IPv6 address', () => {
  const brokers = ['kafka-1:9092', '127.0.0.1:4092', '[::1]:9092', '[2001:db8::7]:9092']
  expect(parseConfig(schema, { ...good, KAFKA_BROKERS: brokers.join(', ') })).toMatchObject({
    config: { KAFKA_BROKERS: brokers },
  })
})

test.each([
  ['PORT', '70000', /^PORT is "70000": .*a TCP port, 1 to 65535/],
  ['LOG_LEVEL', 'loud', /^LOG_LEVEL is "loud": .* \(trace, debug, info, warn, error, fatal or silent\)$/],
  ['TOPIC_REPLICATION', 'abc', /^TOPIC_REPLICATION is "abc": invalid \(a whole number, 1 to 32\)$/],
  ['KAFKA_BROKERS', 'localhost', /^KAFKA_BROKERS is "localhost": must be host:port/],
  ['KAFKA_BROKERS', '::1:9092', /^KAFKA_BROKERS is "::1:9092": must be host:port, or \[IPv6 address\]:port/],
])('names %s, its value and the valid values', (name, value, message) => {
  const parsed = parseConfig(schema, { ...good, [name]: value })
  expect('problems' in parsed && parsed.problems).toEqual([expect.stringMatching(message)])
})

test('names every missing variable, and reveals no secret', () => {
  const parsed = parseConfig(schema, { WRITE_DATABASE_URL: 'mysql://u:hunter2@db/x' })
  const problems = 'problems' in parsed ? parsed.problems : []
  expect(problems).toContain('KAFKA_BROKERS is not set: it has no default (host:port, comma-separated)')
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual(
    expect.arrayContaining(['KAFKA_BROKERS', 'WRITE_DATABASE_URL']),
  )
  expect(problems.join()).not.toContain('hunter2')
})
