namespace Laminet.Zoo.Models;

/// <summary>What a model tells about an image.</summary>
public enum ModelTask
{
    /// <summary>The class of the image.</summary>
    Classification,

    /// <summary>The class of each pixel.</summary>
    Segmentation,

    /// <summary>Boxes around objects, with their classes.</summary>
    Detection,
}
