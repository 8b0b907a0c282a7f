// Message brokers and queues.
import type { Family } from "./family.ts";

export const brokers: readonly Family[] = [
  {
    name: "broker-backlog",
    category: "performance",
    reason: "Messages pile up: they come faster than they are consumed.",
    recommendations: [
      "See whether consumers run, and whether one of them hangs.",
      "Compare the rates in and out: more load, or slower work.",
      "Add consumers, if order and partitions allow it.",
    ],
    critical: `
      KafkaLagIsTooHigh NatsSlowConsumers PulsarHighWriteLatency
      PulsarSubscriptionVeryHighNumberOfBacklogEntries PulsarTopicVeryLargeBacklogStorageSize
      SidekiqSchedulingLatencyTooHigh`,
    warning: `
      AwsSqsMessageAgeTooOld AwsSqsQueueMessagesVisible CeleryHighQueueLength ConsumerLag HighConsumerLag
      IBMMQStaleMessages JetstreamConsumerLag KafkaConsumerGroupLag KafkaConsumerGroupLagHigh KafkaConsumerLag
      KafkaLagKeepsIncreasing MessagesPilingUp NatsHighPendingBytes NsqChannelDepthIncreasing
      NsqTopicDepthIncreasing PubSubBacklog PubSubOldestUnackedMessage
      PulsarSubscriptionHighNumberOfBacklogEntries PulsarTopicLargeBacklogStorageSize QueueBacklog
      QueueDepthHigh QueueLengthHigh RabbitMQHighQueue RabbitMQQueueGrowing RabbitMQQueueLength
      RabbitmqSlowQueueConsuming RabbitMQTooManyMessages RabbitmqTooManyMessagesInQueue
      RabbitmqTooManyReadyMessages RabbitmqTooManyUnackMessages SidekiqQueueSize SQSQueueBacklog SQSQueueDepth`,
  },
  {
    name: "broker-unavailable",
    category: "availability",
    reason: "A broker or some of its partitions or queues cannot be used; producers block or lose messages.",
    recommendations: [
      "See which brokers are up and whether a leader is elected.",
      "Bring missing brokers back before changing topics or queues.",
    ],
    critical: `
      AbnormalControllerState ActiveMQDown BookieDown BrokerDown ClusterOperatorContainerDown
      KafkaBrokerContainersDown KafkaBrokerCount KafkaDown KafkaNoActiveController KafkaOfflinePartitionCount
      KafkaOfflinePartitions KafkaTopicsReplicas KafkaUncleanLeaderElection KafkaUnderMinISRPartitionCount
      KafkaZookeeperSyncConnect NatsDown NatsServerDown OfflineLogDirectoryCount OfflinePartitions
      PulsarBrokerDown PulsarReadOnlyBookies RabbitMQClusterDown RabbitmqClusterPartition RabbitMQDown
      RabbitMQNetworkPartition RabbitMQNodeDown RabbitmqNodeNotDistributed RabbitMQPartition
      UnderMinIsrPartitionCount`,
  },
  {
    name: "broker-resources",
    category: "resource",
    reason: "A broker is near one of its limits; at the limit it blocks producers or refuses connections.",
    recommendations: [
      "See what holds memory or connections: unconsumed messages, leaking clients.",
      "Raise the limit only when that is not the cause.",
    ],
    critical: `
      IBMMQHighQueueManagerCpuUsage RabbitmqTooManyConsumers`,
    warning: `
      ApacheActiveMQHighQueueMemoryUsage ApacheActiveMQHighStoreMemoryUsage
      ApacheActiveMQHighTemporaryMemoryUsage ApacheActiveMQHighTopicMemoryUsage NatsHighCpuUsage
      NatsHighJetstreamMemoryUsage NatsHighJetstreamStoreUsage NatsHighMemoryUsage NatsHighNumberOfConnections
      NatsHighNumberOfSubscriptions NatsHighRoutesCount NatsJetstreamAccountsExceeded RabbitMQFileDescriptors
      RabbitmqFileDescriptorsUsage RabbitMQHighConnections RabbitMQHighMemory RabbitmqInstanceTooManyConnections
      RabbitMQLowDiskWatermarkPredicted RabbitmqMemoryHigh RabbitmqOutOfMemory RabbitmqTooManyConnections`,
  },
  {
    name: "broker-storage",
    category: "storage",
    reason: "The storage of a broker fills up; without space it stops taking messages.",
    recommendations: ["Shorten retention or add space.", "Find the topics that grew."],
    critical: `
      IBMMQLowDiskSpace KafkaDiskFull KafkaRunningOutOfSpace PulsarHighLedgerDiskUsage RabbitMQDiskSpaceAlarm
      RabbitMQDiskSpaceLow`,
    warning: `
      KafkaDiskUsageHigh ZookeeperRunningOutOfSpace`,
  },
  {
    name: "brokers",
    category: "application",
    reason: "Messages are delivered with errors, or a broker has lost some of its redundancy; it still serves.",
    recommendations: [
      "Look at the broker's log and at the topic or queue that is named.",
      "For dead letters read one of them: it says what could not be processed.",
    ],
    critical: `
      IBMMQExpiredMessages KafkaUnderReplicatedPartitionCount PulsarHighNumberOfFunctionErrors
      PulsarHighNumberOfSinkErrors RabbitmqNoConsumer`,
    warning: `
      DeadLetterQueue DLQMessages DLQNotEmpty KafkaConnectConnectorFailed KafkaConnectTasksFailed
      KafkaISRExpandRate KafkaISRShrinkRate KafkaPreferredReplicaImbalance KafkaTopicOffsetDecreased
      NatsLeafNodeConnectionIssue NatsTooManyErrors PulsarLargeMessagePayload RabbitMQDeadLetter
      RabbitmqDeadLetterQueueFillingUp RabbitmqInactiveExchange RabbitmqInstancesDifferentVersions
      RabbitMQNoConsumers RabbitmqNoQueueConsumer RabbitMQUnroutableMessages UnderReplicatedPartitions`,
  },
];
