import { readConfig } from '#cqrs/process/config.ts'
import { runProcess } from '#cqrs/process/lifecycle.ts'
import { createLog } from '#cqrs/process/log.ts'
import { relayConfig } from '#cqrs/roles/config.ts'
import { service } from './service.ts'
import { relay } from './wiring.ts'

const config = readConfig(relayConfig(service))
const log = createLog(`${service.name}-relay`, config.LOG_LEVEL)
await runProcess(log, relay(config, log))
