import { applicationByWords, requestsByWords } from "./application.ts";
import { availabilityByWords, objectivesByWords } from "./availability.ts";
import { databaseByWords } from "./database.ts";
import { infrastructureByWords } from "./infrastructure.ts";
import { kubernetesByWords } from "./kubernetes.ts";
import { messagingByWords } from "./messaging.ts";
import { networkByWords } from "./network.ts";
import { noiseByWords } from "./noise.ts";
import { operationsByWords } from "./operations.ts";
import { performanceByWords } from "./performance.ts";
import { resourceByWords } from "./resource.ts";
import { securityByWords } from "./security.ts";
import { storageByWords } from "./storage.ts";
import type { WordRule } from "./word-rule.ts";

/**
 * In the order they are tried, which is from what is special to what is general: the certificate of a database is a
 * matter of security, its backup of operations, and the database that is down one of databases.
 */
export const wordRules: readonly WordRule[] = [
  ...noiseByWords,
  ...securityByWords,
  ...operationsByWords,
  ...objectivesByWords,
  ...databaseByWords,
  ...messagingByWords,
  ...kubernetesByWords,
  ...requestsByWords,
  ...storageByWords,
  ...networkByWords,
  ...resourceByWords,
  ...performanceByWords,
  ...availabilityByWords,
  ...infrastructureByWords,
  ...applicationByWords,
];
