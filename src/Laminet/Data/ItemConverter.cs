using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>Turns items into batches of one example, several at a time, and says which item failed.</summary>
internal sealed class ItemConverter<T>
{
    private readonly Func<T, (Bundle<Tensor> X, Bundle<Tensor>? Y)> convert;

    public ItemConverter(Func<T, (Bundle<Tensor> X, Bundle<Tensor>? Y)> convert, int parallelism)
    {
        ArgumentNullException.ThrowIfNull(convert);
        this.convert = convert;
        Parallelism = Checked.Positive(parallelism, "From", "parallelism");
    }

    /// <summary>How many items are converted at a time.</summary>
    public int Parallelism { get; }

    public IEnumerable<Batch> Convert(IEnumerable<(T Item, int Position)> items) => OrderedParallel.Select(items, Convert, Parallelism);

    public Batch Convert((T Item, int Position) item)
    {
        try
        {
            (Bundle<Tensor> x, Bundle<Tensor>? y) = convert(item.Item);
            return new Batch(x.Map(tensor => tensor.ExpandDims(0)), y?.Map(tensor => tensor.ExpandDims(0)));
        }
        catch (Exception exception)
        {
            throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                $"Item {item.Position} of the dataset ({item.Item}) could not be converted: {exception.Message}"), exception);
        }
    }
}
