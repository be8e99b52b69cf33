// The commands set the engine's threads, which the whole process shares.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
