namespace Laminet.Zoo.Models;

/// <summary>What a network without its classifier gives.</summary>
public enum FeaturePooling
{
    /// <summary>Feature maps, (height, width, channels).</summary>
    None,

    /// <summary>The mean of each feature map, (channels).</summary>
    Average,

    /// <summary>The largest number of each feature map, (channels).</summary>
    Max,
}
