import { expect, test } from 'vitest'
import { parseConfig } from '#toolkit/process/config.ts'
import { migrateConfig } from './config.ts'

const parsed = (DATABASE_PASSWORDS: string) =>
  parseConfig(migrateConfig, { POSTGRES_URL: 'postgresql://127.0.0.1/postgres', DATABASE_PASSWORDS })

test('passwords of services are separated by commas', () =>
  expect(parsed('users=a1,posts=b2')).toMatchObject({
    config: {
      DATABASE_PASSWORDS: new Map([
        ['users', 'a1'],
        ['posts', 'b2'],
      ]),
    },
  }))

test.each(['users=a/b', 'users=a@b', 'users=a+b=', 'likes=a', 'users='])('%s is refused', (given) =>
  expect(parsed(given)).toHaveProperty('problems'),
)
