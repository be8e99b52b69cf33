namespace Laminet.Layers;

/// <summary>
/// What the four numbers of a bounding box are. Lengths are in pixels and count from the image's upper left corner: its left edge is 0, its right edge is its width. In the relative
/// forms they are shares of the image's width and height. As in Keras.
/// </summary>
public enum BoundingBoxFormat
{
    /// <summary>Left, top, right, bottom.</summary>
    Xyxy,

    /// <summary>Top, left, bottom, right.</summary>
    Yxyx,

    /// <summary>Left, top, width, height.</summary>
    Xywh,

    /// <summary>The centre's x and y, width, height.</summary>
    CenterXywh,

    /// <summary>The centre's y and x, height, width.</summary>
    CenterYxhw,

    /// <summary>Left, top, right, bottom, as shares.</summary>
    RelXyxy,

    /// <summary>Top, left, bottom, right, as shares.</summary>
    RelYxyx,

    /// <summary>Left, top, width, height, as shares.</summary>
    RelXywh,

    /// <summary>The centre's x and y, width, height, as shares.</summary>
    RelCenterXywh,
}
