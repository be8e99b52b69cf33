using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Laminet.Formats.Messages.TensorBoard;

namespace Laminet.Formats.Watching;

/// <summary>The values of events, in the form that TensorBoard's second version gives them: tensors, with the name of the part that shows them.</summary>
internal static class EventMessages
{
    public static Summary.Types.Value Scalar(string tag, double value) => New(tag, "scalars", DataClass.Scalar, new TensorProto
    {
        Dtype = DataType.DtFloat,
        TensorShape = new TensorShapeProto(),
        FloatVal = { (float)value },
    });

    public static Summary.Types.Value Histogram(string tag, double[] rows) => New(tag, "histograms", DataClass.Tensor, new TensorProto
    {
        Dtype = DataType.DtDouble,
        TensorShape = Shape(rows.Length / 3, 3),
        DoubleVal = { rows },
    });

    public static Summary.Types.Value Images(string tag, int width, int height, IEnumerable<byte[]> files)
    {
        TensorProto tensor = Strings([Number(width), Number(height), .. files.Select(ByteString.CopyFrom)]);
        return New(tag, "images", DataClass.BlobSequence, tensor, new ImagePluginData());

        static ByteString Number(int number) => ByteString.CopyFromUtf8(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public static Summary.Types.Value Text(string tag, string text)
    {
        TensorProto tensor = Strings([ByteString.CopyFromUtf8(text)]);
        tensor.TensorShape = new TensorShapeProto();
        return New(tag, "text", DataClass.Tensor, tensor);
    }

    public static Summary.Types.Value PrecisionRecallCurve(string tag, float[] rows, int thresholds) => New(tag, "pr_curves", DataClass.Tensor, new TensorProto
    {
        Dtype = DataType.DtFloat,
        TensorShape = Shape(rows.Length / thresholds, thresholds),
        FloatVal = { rows },
    }, new PrCurvePluginData { NumThresholds = (uint)thresholds });

    /// <summary>A message of the part for hyperparameters; its tag tells which.</summary>
    public static Summary.Types.Value Hyperparameters(string tag, HParamsPluginData content) => New($"_hparams_/{tag}", "hparams", DataClass.Tensor, new TensorProto
    {
        Dtype = DataType.DtFloat,
        TensorShape = new TensorShapeProto(),
        FloatVal = { 0 },
    }, content);

    /// <summary>A hyperparameter's value: a truth value, a text or a number.</summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static Value Hyperparameter(string name, object value) => value switch
    {
        bool truth => Value.ForBool(truth),
        string text => Value.ForString(text),
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or Half =>
            Value.ForNumber(value is Half half ? (double)half : Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)),
        null => throw new ArgumentNullException(name, $"The hyperparameter '{name}' is null; expected a number, a text or a truth value. Leave it out, or write it as a text."),
        _ => throw new ArgumentException($"The hyperparameter '{name}' is {value.GetType().Name}; expected a number, a text or a truth value. Write it as a text.", name),
    };

    private static Summary.Types.Value New(string tag, string plugin, DataClass form, TensorProto tensor, IMessage? content = null) => new()
    {
        Tag = tag,
        Tensor = tensor,
        Metadata = new SummaryMetadata
        {
            DataClass = form,
            PluginData = new SummaryMetadata.Types.PluginData { PluginName = plugin, Content = content?.ToByteString() ?? ByteString.Empty },
        },
    };

    private static TensorProto Strings(ReadOnlySpan<ByteString> strings)
    {
        TensorProto tensor = new() { Dtype = DataType.DtString, TensorShape = Shape(strings.Length) };
        tensor.StringVal.AddRange(strings);
        return tensor;
    }

    private static TensorShapeProto Shape(params ReadOnlySpan<int> lengths)
    {
        TensorShapeProto shape = new();
        foreach (int length in lengths)
            shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = length });
        return shape;
    }
}
