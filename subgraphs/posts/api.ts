import { readConfig } from '#cqrs/process/config.ts'
import { runProcess } from '#cqrs/process/lifecycle.ts'
import { createLog } from '#cqrs/process/log.ts'
import { apiConfig } from '#cqrs/roles/config.ts'
import { service } from './service.ts'
import { api } from './wiring.ts'

const config = readConfig(apiConfig(service))
const log = createLog(`${service.name}-api`, config.LOG_LEVEL)
await runProcess(log, api(config, log))
