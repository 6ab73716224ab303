import { readConfig } from '#cqrs/process/config.ts'
import { migrateDatabases } from '../migrate-databases.ts'
import { migrateConfig } from './config.ts'
import { runJob } from './run-job.ts'

/** `npm run migrate`: makes and migrates the databases of POSTGRES_URL, and ends. */
const { POSTGRES_URL } = readConfig(migrateConfig)
await runJob(() =>
  migrateDatabases(POSTGRES_URL, (side, names) =>
    console.log(names.length > 0 ? `${side}: applied ${names.join(', ')}` : `${side}: nothing to apply`),
  ),
)
