import { apiConfig } from '#cqrs/roles/config.ts'
import { readConfig } from '#toolkit/process/config.ts'
import { runProcess } from '#toolkit/process/lifecycle.ts'
import { createLog } from '#toolkit/process/log.ts'
import { api } from './roles/api.ts'
import { service } from './service.ts'

const config = readConfig(apiConfig(service))
const log = createLog(`${service.name}-api`, config.LOG_LEVEL)
await runProcess(log, api(config, log))
