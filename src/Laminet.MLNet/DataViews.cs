using System.Globalization;
using Laminet.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Laminet.MLNet;

/// <summary>Columns of an ML.NET data view as tensors.</summary>
public static class DataViews
{
    /// <summary>
    /// A column as a tensor with a row an example: of vectors of floats (rows, length), sparse ones filled up with zeros; of numbers (rows,). Booleans become 0 and 1, keys their position from 0 (Int32, a missing
    /// key -1).
    /// </summary>
    /// <param name="data">The data view; it is read once from start to end.</param>
    /// <param name="column">The name of the column.</param>
    /// <exception cref="ArgumentException">There is no such column, or it holds no numbers; the message says what is there.</exception>
    public static Tensor ToTensor(this IDataView data, string column)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(column);
        DataViewSchema.Column found = data.Schema.GetColumnOrNull(column)
            ?? throw new ArgumentException($"The data view has no column '{column}'. It has {string.Join(", ", data.Schema.Select(one => $"{one.Name} ({one.Type})"))}.", nameof(column));
        return found.Type switch
        {
            VectorDataViewType { ItemType: NumberDataViewType { RawType: var item }, Size: var size } when item == typeof(float) => Vectors(data, found, size),
            KeyDataViewType key when key.RawType == typeof(uint) => Scalars<uint, int>(data, found, value => (int)value - 1),
            BooleanDataViewType => Scalars<bool, int>(data, found, value => value ? 1 : 0),
            { RawType: var raw } when raw == typeof(float) => Scalars<float, float>(data, found, value => value),
            { RawType: var raw } when raw == typeof(double) => Scalars<double, double>(data, found, value => value),
            { RawType: var raw } when raw == typeof(int) => Scalars<int, int>(data, found, value => value),
            _ => throw new ArgumentException($"The column '{column}' is of type {found.Type}; expected float vectors, float, double, int, bool or keys. "
                + "Use ML.NET's Concatenate, ConvertType or MapValueToKey first.", nameof(column)),
        };
    }

    private static Tensor Vectors(IDataView data, DataViewSchema.Column column, int size)
    {
        List<float> values = [];
        int rows = 0, length = size;
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        for (; cursor.MoveNext(); rows++)
        {
            get(ref buffer);
            length = length == 0 ? buffer.Length : length;
            if (buffer.Length != length)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"The column '{column.Name}' has vectors of different lengths: {length}, and {buffer.Length} in row {rows}. A tensor needs one length."), nameof(data));
            }

            values.AddRange(buffer.DenseValues());
        }

        return Tensor.From(values.ToArray(), [rows, length]);
    }

    private static Tensor Scalars<TFrom, TTo>(IDataView data, DataViewSchema.Column column, Func<TFrom, TTo> convert) where TTo : unmanaged
    {
        List<TTo> values = [];
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<TFrom> get = cursor.GetGetter<TFrom>(column);
        TFrom value = default!;
        while (cursor.MoveNext())
        {
            get(ref value);
            values.Add(convert(value));
        }

        return Tensor.From(values.ToArray());
    }
}
