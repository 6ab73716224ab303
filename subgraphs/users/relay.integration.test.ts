import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { expect, inject, test, vi } from 'vitest'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { relayConfig } from '#cqrs/roles/config.ts'
import { freePort } from '#infra/ports.ts'
import { ensureTopics } from '#infra/topics.ts'
import { parseConfig } from '#toolkit/process/config.ts'
import { relay } from './roles/relay.ts'
import { service } from './service.ts'
import { accepted, callOf, createRig, nobody, somebody } from './write/accounts/accounts.fixture.ts'
import { endAccount } from './write/accounts/end-account.ts'
import { signUp } from './write/accounts/sign-up.ts'
import { followUser } from './write/commands/follow-user.ts'

test('the leading relay deletes expired rows from the write database', async () => {
  const rig = await createRig()
  const member = async () => callOf((await accepted(signUp(rig.open(), somebody(), nobody))).session)
  const [gone, ada] = [await member(), await member()]
  await accepted(rig.run(followUser, { userId: gone.caller.userId }, ada))
  await accepted(endAccount(rig.open(), { password: somebody().password }, gone))
  await rig.database.session.updateMany({ data: { expiresAt: new Date(0) } })
  await rig.database.throttle.updateMany({ data: { expire: 1n } })

  const prefix = `${randomUUID()}.`
  const log = pino({ level: 'silent' })
  const broker = createKafkaBroker({ brokers: inject('kafkaBrokers').split(','), clientId: 'test', log })
  await ensureTopics(broker, { prefix, replication: 1, minInsyncReplicas: 1 })
  await broker.close()

  const parsed = parseConfig(relayConfig(service), {
    PORT: String(await freePort()),
    WRITE_DATABASE_URL: rig.url,
    KAFKA_BROKERS: inject('kafkaBrokers'),
    TOPIC_PREFIX: prefix,
  })
  if ('problems' in parsed) throw new Error(parsed.problems.join())
  const parts = relay(parsed.config, log)
  for (const part of parts) await part.start()
  try {
    await vi.waitFor(
      async () => {
        expect(await rig.database.follow.count({ where: { deleted: false } })).toBe(0)
        expect(await rig.database.session.count()).toBe(0)
        expect(await rig.database.throttle.count()).toBe(0)
      },
      { timeout: 10_000, interval: 20 },
    )
  } finally {
    for (const part of parts.toReversed()) await part.stop()
    await rig.close()
  }
})
