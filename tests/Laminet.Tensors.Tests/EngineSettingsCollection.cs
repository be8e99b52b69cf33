namespace Laminet.Tensors.Tests;

/// <summary>Tests that change global settings of the engine (vector width, thread count) run alone.</summary>
[CollectionDefinition("Engine settings", DisableParallelization = true)]
public sealed class EngineSettingsDefinition;
