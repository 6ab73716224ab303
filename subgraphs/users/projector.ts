import { readConfig } from '#cqrs/process/config.ts'
import { runProcess } from '#cqrs/process/lifecycle.ts'
import { createLog } from '#cqrs/process/log.ts'
import { projectorConfig } from '#cqrs/roles/config.ts'
import { service } from './service.ts'
import { projector } from './wiring.ts'

const config = readConfig(projectorConfig(service))
const log = createLog(`${service.name}-projector`, config.LOG_LEVEL)
await runProcess(log, projector(config, log))
