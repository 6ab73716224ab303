import { readConfig } from '#cqrs/process/config.ts'
import { runProcess } from '#cqrs/process/lifecycle.ts'
import { createLog } from '#cqrs/process/log.ts'
import { api, usersApiConfig } from './wiring.ts'

const config = readConfig(usersApiConfig)
const log = createLog('users-api', config.LOG_LEVEL)
await runProcess(log, api(config, log))
