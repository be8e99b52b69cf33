namespace Laminet.Layers;

/// <summary>Along which axes images are mirrored.</summary>
public enum FlipMode
{
    /// <summary>Left and right are exchanged.</summary>
    Horizontal,

    /// <summary>Top and bottom are exchanged.</summary>
    Vertical,

    /// <summary>Each of the two, independently.</summary>
    HorizontalAndVertical,
}
