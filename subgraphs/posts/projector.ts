import { projectorConfig } from '#cqrs/roles/config.ts'
import { readConfig } from '#toolkit/process/config.ts'
import { runProcess } from '#toolkit/process/lifecycle.ts'
import { createLog } from '#toolkit/process/log.ts'
import { projector } from './roles/projector.ts'
import { service } from './service.ts'

const config = readConfig(projectorConfig(service))
const log = createLog(`${service.name}-projector`, config.LOG_LEVEL)
await runProcess(log, projector(config, log))
