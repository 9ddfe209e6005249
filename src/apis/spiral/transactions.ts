import type { FastifyReply, FastifyRequest } from 'fastify';
import type { View } from '../../core/model.ts';
import type { Result } from '../../gateway/gateway.ts';
import type { Shop } from '../../gateway/ports.ts';
import { isId, wireId } from '../../kit/ids.ts';
import { type Answers, echoOf } from './answers.ts';
import { type Fault, faultOf, faults, openFaultOf } from './codes.ts';
import type { Started } from './index.ts';
import { type Members, readObject, type WireObject } from './json.ts';
import {
  cardOf,
  chargeRequest,
  followRequest,
  isFault,
  openRequest,
  orderFault,
  type Path,
  readTransaction,
  referenceClaim,
  type Transaction,
} from './read.ts';
import { commands } from './schema.ts';
import { settingsOf } from './settings.ts';
import { testCardOf } from './test-tokens.ts';
import { recordOf, sessionAnswerOf } from './write.ts';
