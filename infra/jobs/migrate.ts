import { readConfig } from '#toolkit/process/config.ts'
import { databases } from '../databases.ts'
import { migrateDatabases } from '../migrations/migrate-databases.ts'
import { ensureServiceUser } from '../migrations/service-users.ts'
import { migrateConfig } from './config.ts'
import { runJob } from './run-job.ts'

/** `npm run migrate`: creates and migrates the databases of POSTGRES_URL, and ends. */
const { POSTGRES_URL, DATABASE_PASSWORDS } = readConfig(migrateConfig)
await runJob(async () => {
  const urls = await migrateDatabases(POSTGRES_URL, (side, names) =>
    console.log(names.length > 0 ? `${side}: applied ${names.join(', ')}` : `${side}: nothing to apply`),
  )
  for (const { service, side } of databases) {
    const password = DATABASE_PASSWORDS.get(service)
    if (password !== undefined) await ensureServiceUser(urls[`${service}.${side}`], service, password)
  }
})
