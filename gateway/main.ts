import { readConfig } from '#cqrs/process/config.ts'
import { runProcess } from '#cqrs/process/lifecycle.ts'
import { createLog } from '#cqrs/process/log.ts'
import { gatewayConfig } from './config.ts'
import { createGateway } from './server.ts'

const config = readConfig(gatewayConfig)
const log = createLog('gateway', config.LOG_LEVEL)
await runProcess(log, [createGateway(config, log)])
