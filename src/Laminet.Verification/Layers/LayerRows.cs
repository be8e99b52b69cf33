using System.Reflection;

namespace Laminet.Verification.Layers;

/// <summary>The rows of all layers. A family has its rows in a file of its own, as a static field of this class.</summary>
internal static partial class LayerRows
{
    public static IReadOnlyList<LayerRow> All => [.. typeof(LayerRows).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(family => family.FieldType == typeof(LayerRow[])).SelectMany(family => (LayerRow[])family.GetValue(null)!)];
}
